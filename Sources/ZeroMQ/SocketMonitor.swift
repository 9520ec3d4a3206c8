internal import CZMQ
internal import Glibc

/// Reads the connection events of one socket, without waiting; to be polled beside it, on its thread.
///
/// Events wait here without limit until they are read (a limit would stop libzmq's I/O thread), so read
/// them whenever the socket is served. Destroying the value ends the monitoring.
public struct SocketMonitor: ~Copyable {
    private let source: SocketHandle
    private let receiver: Socket
    private var peers: [Int32: String] = [:]

    var handle: SocketHandle { receiver.handle }

    fileprivate init(_ context: Context, _ source: SocketHandle) throws(ZeroMQError) {
        let pointer = try source.open("zmq_socket_monitor")
        // Unique while the socket is open, and a socket has one monitor.
        let endpoint = "inproc://socket-monitor-\(UInt(bitPattern: pointer))"
        let receiver = try Socket(context, .pair, options: [.receiveHighWaterMark(0)])
        guard zmq_socket_monitor(pointer, endpoint, ZMQ_EVENT_ALL) == 0 else {
            throw .last("zmq_socket_monitor", endpoint)
        }
        do {
            try receiver.connect(endpoint)
        } catch {
            zmq_socket_monitor(pointer, nil, 0)
            throw error
        }
        self.source = source
        self.receiver = receiver
    }

    /// The writing end goes first: a monitored socket whose reader has gone would wait for it for ever.
    deinit {
        if let pointer = source.pointer { zmq_socket_monitor(pointer, nil, 0) }
    }

    /// The next event, or nil when there is none now.
    public mutating func next() throws(ZeroMQError) -> MonitorEvent? {
        guard let message = try receiver.receive() else { return nil }
        guard message.frames.count == 2, message.frames[0].count == 6 else {
            throw .make("zmq_socket_monitor", "event of \(message.frames.count) frames", code: EPROTO)
        }
        // A number of 16 bits and a value of 32, unaligned, in the machine's byte order.
        let (number, value) = message.frames[0].withUnsafeBytes {
            ($0.loadUnaligned(as: UInt16.self), $0.loadUnaligned(fromByteOffset: 2, as: Int32.self))
        }
        let kind = MonitorEvent.Kind(number: number, value: value)
        return MonitorEvent(
            kind: kind, endpoint: String(decoding: message.frames[1], as: UTF8.self),
            peerAddress: peer(of: kind, descriptor: value))
    }

    /// Remembers an accepted connection's far side until it ends: later the descriptor says nothing any more.
    private mutating func peer(of kind: MonitorEvent.Kind, descriptor: Int32) -> String? {
        switch kind {
        case .accepted:
            peers[descriptor] = peerName(descriptor)
            return peers[descriptor]
        case .disconnected:
            return peers.removeValue(forKey: descriptor)
        default:
            return nil
        }
    }
}

@available(*, unavailable)
extension SocketMonitor: Sendable {}

extension Socket {
    /// Starts to report what happens to this socket's connections; one monitor a socket, made before bind or
    /// connect so that nothing is missed.
    public func monitor() throws(ZeroMQError) -> SocketMonitor {
        try SocketMonitor(handle.context, handle)
    }
}

/// `address:port` of the far side of a TCP connection in numbers; nil for others and when it has gone.
private func peerName(_ descriptor: Int32) -> String? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    return withUnsafeMutablePointer(to: &address) { storage -> String? in
        let known = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
        guard known == 0 else { return nil }
        switch Int32(storage.pointee.ss_family) {
        case AF_INET:
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                guard inet_ntop(AF_INET, &$0.pointee.sin_addr, &text, socklen_t(text.count)) != nil else { return nil }
                return "\(string(text)):\(UInt16(bigEndian: $0.pointee.sin_port))"
            }
        case AF_INET6:
            return storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                guard inet_ntop(AF_INET6, &$0.pointee.sin6_addr, &text, socklen_t(text.count)) != nil else {
                    return nil
                }
                return "[\(string(text))]:\(UInt16(bigEndian: $0.pointee.sin6_port))"
            }
        default:
            return nil
        }
    }
}

private func string(_ text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
