import Glibc
public import MusterCore
import Threading

/// Holds one session with a login node, and does for other commands of this user what they would do on one of their own.
///
/// It listens on a socket in an owner-only folder and lets in nobody else (unix(7), SO_PEERCRED).
public final class SessionHolder: Sendable {
    /// Why a holder can't serve.
    public struct Failure: Error, CustomStringConvertible {
        /// What was tried and what came back.
        public var description: String
    }

    /// Requests are answered also while others hold all shared threads.
    private static let thread = TaskThread(name: "held answers")
    private let host: any MusterCore.Host
    private let path: String
    private let listener: Int32
    private let ended = Gate(false)

    /// Listens; the folder of `path` is made for the owner only. Nothing is served before ``serve(until:)``.
    public init(_ host: any MusterCore.Host, at path: String) throws {
        self.host = host
        self.path = path
        let folder = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        if let problem = PrivateFolder.make(folder) { throw Failure(description: problem) }
        guard let address = UnixAddress(path) else {
            throw Failure(description: "'\(path)' is too long for a socket: choose a shorter MUSTER_STATE")
        }
        unlink(path)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let mask = umask(0o177)
        let bound = address.with { bind(listener, $0, $1) }
        umask(mask)
        guard bound == 0, listen(listener, 64) == 0 else {
            throw Failure(description: "can't listen on '\(path)': \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(listener)
        unlink(path)
    }

    /// Serves until somebody ends it, the session is gone, or `seconds` have passed.
    public func serve(for seconds: Double) {
        let start = ContinuousClock.now
        while !ended.current {
            let left = (.seconds(seconds) - (ContinuousClock.now - start)) / .milliseconds(1)
            guard left > 0 else { return }
            var polled = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            // The end is looked at now and then.
            guard poll(&polled, 1, Int32(min(left, 200))) > 0 else { continue }
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let (host, ended) = (host, ended)
            startThread(name: "held request") { Self.serve(connection, host, ended) }
        }
    }

    /// Answers until the other end hangs up. A program that was started for it ends with it.
    private static func serve(_ connection: Int32, _ host: any MusterCore.Host, _ ended: Gate<Bool>) {
        let socket = HeldSocket(connection)
        guard socket.peer == getuid() else { return }
        var stream: HostStream?
        while let request = socket.receive() {
            let reply = Gate<Answer?>(nil)
            Task(executorPreference: thread) { [stream] in
                let made = await Self.answer(request, host, stream, ended)
                reply.change { $0 = made }
            }
            let said = reply.wait { $0 }
            stream = said.stream ?? stream
            guard socket.send(said.message) else { break }
        }
        if let stream, let host = host as? any StreamHost {
            Task(executorPreference: thread) { await host.close(stream) }
        }
    }

    /// What is said to a request, and the program that it started.
    private struct Answer: Sendable {
        var message: HeldMessage
        var stream: HostStream?
    }

    private static func answer(
        _ request: HeldMessage, _ host: any MusterCore.Host, _ stream: HostStream?, _ ended: Gate<Bool>
    ) async -> Answer {
        do throws(HostError) {
            if let answer = try await attend(request, host, stream) { return answer }
            return Answer(message: try await perform(request, host, ended))
        } catch {
            // Without a session there is nothing to hold.
            if [.unreachable, .authentication].contains(error.kind) { ended.change { $0 = true } }
            return Answer(
                message: HeldMessage(
                    header: .object([
                        "error": .object([
                            "kind": .string(error.kind.rawValue), "message": .string(error.message),
                            "hint": error.hint.map(JSON.string),
                        ])
                    ])))
        }
    }

    /// What concerns the program that runs for a connection; nil for everything else.
    private static func attend(
        _ request: HeldMessage, _ host: any MusterCore.Host, _ stream: HostStream?
    ) async throws(HostError) -> Answer? {
        guard let verb = request.header["verb"]?.string, verb == "open" || verb == "look" else { return nil }
        guard let host = host as? any StreamHost else {
            throw HostError(.command, "no programs can be heard over this session")
        }
        guard verb == "look" else {
            guard stream == nil else { throw HostError(.command, "a connection is for one program") }
            let opened = try await host.open(request.header["script"]?.string ?? "")
            return Answer(message: HeldMessage(header: .object([])), stream: opened)
        }
        guard let stream else { throw HostError(.command, "no program was started") }
        let news = try await host.look(at: stream, input: request.payload)
        return Answer(
            message: HeldMessage(
                header: .object(["output": .int(Int64(news.output.count)), "over": .bool(news.isOver)]),
                payload: news.output + news.errors))
    }

    private static func perform(
        _ request: HeldMessage, _ host: any MusterCore.Host, _ ended: Gate<Bool>
    ) async throws(HostError) -> HeldMessage {
        let header = request.header
        func text(_ key: String) -> String { header[key]?.string ?? "" }
        switch text("verb") {
        case "name": return HeldMessage(header: .object(["name": .string(host.name)]))
        case "run":
            let result = try await host.run(
                text("script"), input: request.payload, timeout: header["timeout"]?.double ?? 60)
            return HeldMessage(
                header: .object(["status": .int(Int64(result.status)), "output": .int(Int64(result.output.count))]),
                payload: result.output + result.errors)
        case "write":
            var rest = request.payload[...]
            let files = (header["files"]?.array ?? []).map { file in
                let content = rest.prefix(Int(clamping: file["length"]?.int ?? 0))
                rest = rest.dropFirst(content.count)
                return HostFile(
                    path: file["path"]?.string ?? "", mode: UInt32(clamping: file["mode"]?.int ?? 0o600),
                    content: Array(content))
            }
            try await host.write(files, to: text("folder"))
        case "upload":
            try await host.upload(
                text("local"), to: text("remote"), mode: UInt32(clamping: header["mode"]?.int ?? 0o600))
        case "download":
            try await host.download(
                (header["paths"]?.array ?? []).compactMap(\.string), from: text("folder"), to: text("local"))
        case "end": ended.change { $0 = true }
        default: throw HostError(.command, "a held session knows no '\(text("verb"))'")
        }
        return HeldMessage(header: .object([]))
    }
}
