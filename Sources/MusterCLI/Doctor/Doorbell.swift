import Foundation
import MusterCore

/// A port on this machine that waits for one word and answers with another: whether a node can reach a collector here.
final class Doorbell: Sendable {
    /// Where it is rung, and with which word.
    struct Address: Equatable, Sendable {
        var host: String
        var port: Int
        var call: String
    }

    let address: Address
    /// What the right word is answered with.
    let answer: String
    private let socket: Int32
    // Dispatch's own objects may be used from any thread.
    nonisolated(unsafe) private let source: any DispatchSourceRead

    /// Binds `host`, an address or a name of this machine.
    init(host: String, port: Int?) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port ?? 0), &hints, &list) == 0, let first = list else {
            throw Self.mistake(host, port, "no such address")
        }
        defer { freeaddrinfo(list) }
        let made = Glibc.socket(first.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard made >= 0, bind(made, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, listen(made, 16) == 0 else {
            let text = String(cString: strerror(errno))
            if made >= 0 { Glibc.close(made) }
            throw Self.mistake(host, port, text)
        }
        func word() -> String { Hex.text((0..<8).map { _ in UInt8.random(in: 0...255) }) }
        let (call, answer) = (word(), word())
        socket = made
        address = Address(host: host, port: Self.port(of: made), call: call)
        self.answer = answer
        source = DispatchSource.makeReadSource(fileDescriptor: made, queue: .global())
        source.setEventHandler { Self.serve(made, call: call, answer: answer) }
        source.setCancelHandler { Glibc.close(made) }
        source.resume()
    }

    func close() { source.cancel() }

    deinit { source.cancel() }

    private static func mistake(_ host: String, _ port: Int?, _ text: String) -> HostError {
        HostError(.file, "cannot listen on \(host)\(port.map { ":\($0)" } ?? "") of this machine: \(text)")
    }

    private static func port(of socket: Int32) -> Int {
        var name = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
            // The port stands at the same place in both families.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port }
        }
        return Int(UInt16(bigEndian: port))
    }

    /// Takes one visitor: whoever knows the word gets the other, everybody else nothing.
    private static func serve(_ socket: Int32, call: String, answer: String) {
        let visitor = accept(socket, nil, nil)
        guard visitor >= 0 else { return }
        defer { Glibc.close(visitor) }
        var patience = timeval(tv_sec: 3, tv_usec: 0)
        setsockopt(visitor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 256)
        var said: [UInt8] = []
        while said.count < 64, !said.contains(UInt8(ascii: "\n")) {
            let count = recv(visitor, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            said += buffer[..<count]
        }
        guard said == Array("\(call)\n".utf8) else { return }
        let bytes = Array("\(answer)\n".utf8)
        _ = send(visitor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
