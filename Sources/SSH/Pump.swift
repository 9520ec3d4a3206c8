import Glibc
import Synchronization

/// Carries the bytes of one connection through a hop: a channel of the hop's session on one side, a socket pair whose
/// other end the next session takes for its network on the other.
///
/// It has a thread of its own, which is the only user of the hop's session from then on. It ends when either side
/// does; destroying the pump waits for that, so whoever holds it closes the socket first.
final class Pump: Sendable {
    private let thread: Thread
    private let report: Report

    /// What the thread leaves behind when the hop's session breaks.
    private final class Report: Sendable {
        let error = Mutex<SSHError?>(nil)
    }

    /// Why the hop's session broke, if it did.
    var failure: SSHError? { report.error.withLock { $0 } }

    /// Opens the way from the hop to the target and starts to carry; `hop` must not be used any more afterwards.
    ///
    /// Returns the pump and the socket that is as good as a connection to the target.
    static func start(
        through hop: Session, to target: HostSettings
    ) throws(SSHError) -> (pump: Pump, socket: Int32) {
        let channel = try Channel(on: hop, to: target)
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SSHError(
                .channelFailed, "go through", host: hop.host, code: errno, text: String(cString: strerror(errno)))
        }
        let flow = PumpFlow(session: hop, channel: channel, socket: Descriptor(ends[0], path: "socket pair"))
        do throws(LocalFileError) {
            return (try Pump(flow), ends[1])
        } catch {
            close(ends[1])
            throw SSHError(.channelFailed, "go through", host: hop.host, code: error.code, text: error.text)
        }
    }

    private init(_ flow: PumpFlow) throws(LocalFileError) {
        let report = Report()
        let handover = Handover(flow)
        self.report = report
        thread = try Thread {
            guard let flow = handover.take() else { return }
            do throws(SSHError) {
                try flow.run()
            } catch {
                report.error.withLock { $0 = error }
            }
            flow.end()
        }
    }

    deinit { thread.join() }
}

/// The two directions of a pump, used by its thread alone.
private final class PumpFlow {
    private static let chunk = 64 << 10

    private let session: Session
    private let channel: Channel
    private let socket: Descriptor
    private var upward = Buffer()
    private var downward = Buffer()
    private var socketEnded = false
    private var channelEnded = false

    private struct Buffer {
        var bytes = [UInt8](repeating: 0, count: chunk)
        var unsent = 0..<0
    }

    init(session: Session, channel: Channel, socket: consuming Descriptor) {
        self.session = session
        self.channel = channel
        self.socket = socket
    }

    /// Carries bytes until one side has ended and all it sent was passed on.
    func run() throws(SSHError) {
        while true {
            let received = session.received
            let moved = [try fromSocket(), try fromChannel()].contains(true) || session.received != received
            if socketEnded || (channelEnded && downward.unsent.isEmpty) { return }
            if !moved { try wait() }
        }
    }

    /// Tells the session above that nothing will come any more.
    func end() { shutdown(socket.number, Descriptor.bothDirections) }

    private func fromSocket() throws(SSHError) -> Bool {
        if upward.unsent.isEmpty {
            let count = recv(socket.number, &upward.bytes, Self.chunk, 0)
            if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { socketEnded = true }
            guard count > 0 else { return false }
            upward.unsent = 0..<count
        }
        let count = try channel.write(upward.bytes[upward.unsent])
        upward.unsent = upward.unsent.dropFirst(count)
        if channel.isClosedForWriting { channelEnded = true }
        return count > 0
    }

    private func fromChannel() throws(SSHError) -> Bool {
        if downward.unsent.isEmpty {
            switch try channel.read(.output, into: &downward.bytes) {
            case .bytes(let count): downward.unsent = 0..<count
            case .nothing: return false
            case .end:
                channelEnded = true
                return false
            }
        }
        let count = downward.bytes[downward.unsent].withUnsafeBytes {
            send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno != EAGAIN, errno != EINTR { socketEnded = true }
        guard count > 0 else { return false }
        downward.unsent = downward.unsent.dropFirst(count)
        return true
    }

    private func wait() throws(SSHError) {
        let events = (upward.unsent.isEmpty ? POLLIN : 0) | (downward.unsent.isEmpty ? 0 : POLLOUT)
        var own = pollfd(fd: socket.number, events: Int16(events), revents: 0)
        try session.wait(until: .never, and: &own)
    }
}
