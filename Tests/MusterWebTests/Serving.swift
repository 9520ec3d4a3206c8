import Foundation
import MusterHistory
import MusterWeb

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server in this process, on a port of its own, that ends with the test.
func serving<Value>(
    _ showcase: Showcase, _ body: (_ base: String, _ token: Token) async throws -> Value
) async throws -> Value {
    let token = Token()
    let server = try WebServer(
        showcase.history, at: .port(address: "127.0.0.1", port: 0, token), name: "workstation", logs: FixedLogs(),
        reports: FixedReports())
    let (urls, urlTeller) = AsyncStream<String>.makeStream()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { urlTeller.finish() }
            do { try await server.run { urlTeller.yield($0) } } catch is CancellationError {}
        }
        for await url in urls {
            let value: Value
            do {
                value = try await body(String(url.prefix { $0 != "?" }.dropLast()), token)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            return value
        }
        try await group.waitForAll()
        throw Unserved()
    }
}

/// The server ended before it listened.
struct Unserved: Error {}

/// What came back.
struct Answer {
    var status: Int, headers: [String: String], body: String
    init(_ text: String) {
        let halves = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
        let lines = (halves.first ?? "").split(separator: "\n")
        status = lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
        headers = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
            }
        ) { $0 + "; " + $1 }
        body = halves.count > 1 ? String(halves[1]) : ""
    }
}

/// Bytes over a connection of our own: nothing is added, tidied up or followed. Whoever waits waits on a thread apart from
/// those that the server in this process needs.
final class Wire: Sendable {
    private let descriptor: Int32

    init(_ base: String) throws {
        let port = UInt16(base.split(separator: ":").last ?? "") ?? 0
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let answer = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard answer == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) { _ = text.withCString { write(descriptor, $0, strlen($0)) } }

    /// What comes until the other side closes, or until `isEnough`.
    func read(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                while !isEnough(String(decoding: bytes, as: UTF8.self)) {
                    let count = Glibc.read(self.descriptor, &buffer, buffer.count)
                    guard count > 0 else { break }
                    bytes += buffer[..<count]
                }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    /// One request by itself.
    static func ask(
        _ base: String, _ address: String, method: String = "GET", host: String? = nil, _ headers: [String] = []
    ) async throws -> Answer {
        let wire = try Wire(base)
        let lines = [
            "\(method) \(address) HTTP/1.1", "Host: \(host ?? String(base.dropFirst(7)))", "Connection: close",
        ]
        wire.send((lines + headers).joined(separator: "\r\n") + "\r\n\r\n")
        return Answer(await wire.read())
    }
}

extension Wire {
    /// How many pages are open: they are told of in the figures.
    static func listeners(_ base: String, _ token: Token) async throws -> Int {
        let answer = try await ask(base, "/metrics", ["Authorization: Bearer \(token.text)"])
        let line = answer.body.split(separator: "\n").first { $0.hasPrefix("muster_web_pages_open ") }
        return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }
}
