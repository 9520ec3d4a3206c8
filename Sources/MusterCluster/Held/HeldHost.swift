public import MusterCore
import Threading

/// A login node over a session that another process of this user holds: see ``SessionHolder``.
///
/// Each verb is one connection to the holder's socket. Both lie on this machine, so files are named, not sent.
public struct HeldHost: StreamHost {
    public let name: String
    private let path: String
    private let lines = HeldLines()

    /// The host behind the socket at `path`; nil where nobody serves it.
    public init?(at path: String) {
        guard let reply = Self.ask(path, HeldMessage(header: .object(["verb": "name"]))),
            let name = reply.header["name"]?.string
        else { return nil }
        self.name = name
        self.path = path
    }

    public func run(_ script: String, input: [UInt8], timeout: Double) async throws(HostError) -> CommandResult {
        let reply = try await call(
            ["verb": "run", "script": .string(script), "timeout": .double(timeout)], payload: input)
        let split = min(reply.payload.count, Int(reply.header["output"]?.int ?? 0))
        return CommandResult(
            status: Int(reply.header["status"]?.int ?? 255), output: Array(reply.payload[..<split]),
            errors: Array(reply.payload[split...]))
    }

    public func write(_ files: [HostFile], to folder: String) async throws(HostError) {
        let list = files.map { file in
            JSON.object([
                "path": .string(file.path), "mode": .int(Int64(file.mode)), "length": .int(Int64(file.content.count)),
            ])
        }
        _ = try await call(
            ["verb": "write", "folder": .string(folder), "files": .array(list)], payload: files.flatMap(\.content))
    }

    public func upload(_ local: String, to remote: String, mode: UInt32) async throws(HostError) {
        _ = try await call(
            ["verb": "upload", "local": .string(local), "remote": .string(remote), "mode": .int(Int64(mode))])
    }

    public func download(_ paths: [String], from folder: String, to local: String) async throws(HostError) {
        _ = try await call(
            [
                "verb": "download", "paths": .strings(paths), "folder": .string(folder), "local": .string(local),
            ])
    }

    public func open(_ script: String) async throws(HostError) -> HostStream {
        guard let line = HeldLine(to: path) else { throw gone }
        _ = try await call(["verb": "open", "script": .string(script)]) { line.ask($0) }
        return lines.add(line)
    }

    public func look(at stream: HostStream, input: [UInt8]) async throws(HostError) -> HostStreamNews {
        guard let line = lines[stream] else { throw gone }
        do throws(HostError) {
            let reply = try await call(["verb": "look"], payload: input) { line.ask($0) }
            let split = min(reply.payload.count, Int(reply.header["output"]?.int ?? 0))
            var news = HostStreamNews()
            news.output = Array(reply.payload[..<split])
            news.errors = Array(reply.payload[split...])
            news.isOver = reply.header["over"]?.bool ?? true
            if news.isOver { lines.remove(stream) }
            return news
        } catch {
            lines.remove(stream)
            throw error
        }
    }

    public func close(_ stream: HostStream) async { lines.remove(stream) }

    /// Has the holder end; false when there was none any more.
    public func end() async -> Bool { (try? await call(["verb": "end"])) != nil }

    private var gone: HostError {
        HostError(.unreachable, "the session with '\(name)' that was held is gone", hint: "muster connect")
    }

    private func call(_ header: KeyValuePairs<String, JSON>, payload: [UInt8] = []) async throws(HostError)
        -> HeldMessage
    {
        let path = path
        return try await call(header, payload: payload) { Self.ask(path, $0) }
    }

    private func call(
        _ header: KeyValuePairs<String, JSON>, payload: [UInt8] = [],
        asking: @escaping @Sendable (HeldMessage) -> HeldMessage?
    ) async throws(HostError) -> HeldMessage {
        let message = HeldMessage(header: .object(header.map { JSON.Member($0.key, $0.value) }), payload: payload)
        let reply = await withCheckedContinuation { (waiting: CheckedContinuation<HeldMessage?, Never>) in
            startThread(name: "held session") { waiting.resume(returning: asking(message)) }
        }
        guard let reply else { throw gone }
        if let error = reply.header["error"] {
            throw HostError(
                HostError.Kind(rawValue: error["kind"]?.string ?? "") ?? .command, error["message"]?.string ?? "",
                hint: error["hint"]?.string)
        }
        return reply
    }

    private static func ask(_ path: String, _ message: HeldMessage) -> HeldMessage? {
        guard let socket = HeldSocket.connect(to: path), socket.send(message) else { return nil }
        return socket.receive()
    }
}
