import CShims
import Foundation
import MusterCore
import Synchronization

/// A real browser without a window, told what to do over the DevTools protocol: JSON with a NUL behind it, on two pipes.
///
/// It leads a process group of its own, which is killed with the test, also when that fails, and when this process ends.
final class Chromium: Sendable {
    /// Something did not go as it should.
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    private struct State {
        var pid: pid_t = 0
        var number: Int64 = 0
        var waiting: [Int64: CheckedContinuation<JSON, any Error>] = [:]
        /// What sessions told without being asked.
        var told: [String: [JSON]] = [:]
        var isOver = false
        /// What it wrote last of what went wrong.
        var lastWords = ""
        var joining: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let commands: Int32
    /// The profile's folder, which goes with the browser.
    let home = NSTemporaryDirectory() + "muster-browser-\(UUID().uuidString)"

    /// Starts one, and ends it when `body` is done, has failed or was cancelled.
    static func driven<Value>(_ body: (Chromium) async throws -> Value) async throws -> Value {
        // Words to a browser that is gone must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        let browser = try await Chromium(program())
        return try await withTaskCancellationHandler {
            do {
                let value = try await body(browser)
                await browser.end()
                return value
            } catch {
                await browser.end()
                throw error
            }
        } onCancel: {
            browser.kill()
        }
    }

    private static func program() throws -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = ["chromium", "chromium-browser", "google-chrome"].flatMap { name in folders.map { "\($0)/\(name)" }
        }
        guard let found = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw Failed(description: "these tests need Chromium, and there is none: apt-get install chromium")
        }
        return found
    }

    private init(_ program: String) async throws {
        var (down, up): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard cshims_pipe(&down) == 0, cshims_pipe(&up) == 0 else { throw Failed(description: "no pipes: \(errno)") }
        commands = down[1]
        let errors = open(home + ".err", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let (theirs, answers) = ([-1, -1, errors, down[0], up[1]] as [Int32], up[0])
        let step = await withCheckedContinuation { continuation in
            // The browser is killed when the thread that started it ends, which also reads what it says.
            Thread.detachNewThread {
                let (pid, step) = self.start(program, theirs)
                for descriptor in theirs[2...] { close(descriptor) }
                self.state.withLock { $0.pid = pid }
                continuation.resume(returning: step)
                if pid > 0 { self.listen(answers) }
                self.finish()
                close(answers)
            }
        }
        if let step { throw Failed(description: "'\(program)' cannot be started: \(step)") }
    }

    deinit { close(commands) }

    private func start(_ program: String, _ descriptors: [Int32]) -> (pid_t, String?) {
        let arguments = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--remote-debugging-pipe", "--user-data-dir=\(home)", "about:blank",
        ]
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var result = cshims_spawn_result()
        argv.withUnsafeBufferPointer { argv in
            envp.withUnsafeBufferPointer { envp in
                descriptors.withUnsafeBufferPointer { descriptors in
                    guard let program = argv[0], let argv = argv.baseAddress, let envp = envp.baseAddress else {
                        return
                    }
                    var request = cshims_spawn_request(
                        program: program, arguments: argv, environment: envp, directory: nil,
                        descriptors: descriptors.baseAddress, descriptor_count: Int32(descriptors.count),
                        oom_score_adj: CSHIMS_OOM_SCORE_KEEP, flags: 0, cpus: nil, cpu_count: 0)
                    _ = cshims_spawn(&request, &result)
                }
            }
        }
        guard result.step == CSHIMS_SPAWN_STARTED, result.pid > 0 else {
            return (
                0, "\(String(cString: cshims_spawn_step_name(result.step))): \(String(cString: strerror(result.code)))"
            )
        }
        return (result.pid, nil)
    }

    /// Kills the browser with all that it started.
    func kill() { state.withLock { if $0.pid > 0 { _ = Glibc.kill(-$0.pid, SIGKILL) } } }

    /// Kills it and waits until nothing of it is left.
    func end() async {
        kill()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.joining.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// Its process group; 0 once it is over.
    var group: pid_t { state.withLock { $0.pid } }

    private func finish() {
        kill()
        var ended = cshims_ended()
        let pid = state.withLock { state in
            defer { state.pid = 0 }
            return state.pid
        }
        if pid > 0 { _ = cshims_wait4(pid, true, &ended) }
        // Others of the group may still write while they end.
        for _ in 0..<100 where FileManager.default.fileExists(atPath: home) {
            try? FileManager.default.removeItem(atPath: home)
            usleep(20_000)
        }
        let words = (try? String(contentsOfFile: home + ".err", encoding: .utf8)) ?? ""
        try? FileManager.default.removeItem(atPath: home + ".err")
        let (waiting, joining) = state.withLock { state in
            (state.isOver, state.lastWords) = (true, String(words.suffix(1000)))
            defer { (state.waiting, state.joining) = ([:], []) }
            return (state.waiting, state.joining)
        }
        for one in waiting.values {
            one.resume(throwing: Failed(description: "the browser ended: \(words.suffix(1000))"))
        }
        for one in joining { one.resume() }
    }

    private func listen(_ answers: Int32) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(answers, &buffer, buffer.count)
            guard count > 0 else { return }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: 0) {
                if let json = try? JSON(parsing: String(decoding: rest[..<end], as: UTF8.self)) { heard(json) }
                rest.removeSubrange(...end)
            }
        }
    }

    private func heard(_ json: JSON) {
        guard let id = json["id"]?.int else {
            let session = json["sessionId"]?.string ?? ""
            return state.withLock { $0.told[session, default: []].append(json) }
        }
        let waiting = state.withLock { $0.waiting.removeValue(forKey: id) }
        if let error = json["error"] {
            waiting?.resume(throwing: Failed(description: error.line))
        } else {
            waiting?.resume(returning: json["result"] ?? .null)
        }
    }

    /// What a session told so far, in its order.
    func told(_ session: String) -> [JSON] { state.withLock { $0.told[session] ?? [] } }

    /// Has the browser do something and returns its answer.
    @discardableResult
    func call(_ method: String, _ parameters: [JSON.Member] = [], session: String? = nil) async throws -> JSON {
        try await withCheckedThrowingContinuation { continuation in
            let id: Int64? = state.withLock { state in
                guard !state.isOver else { return nil }
                state.number += 1
                state.waiting[state.number] = continuation
                return state.number
            }
            guard let id else {
                return continuation.resume(
                    throwing: Failed(description: "the browser has ended: \(state.withLock { $0.lastWords })"))
            }
            let message = JSON.object([
                "id": .int(id), "method": .string(method), "params": .object(parameters),
                "sessionId": session.map(JSON.string),
            ])
            var bytes = Array(message.line.utf8)[...]
            bytes.append(0)
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { write(commands, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                bytes = bytes.dropFirst(count)
            }
        }
    }
}
