import Foundation
import MusterCore
import Testing
import ZeroMQ

/// A folder of runs with keys, and the relays that a test starts there; all of them end with it.
final class Bench {
    private static let programs: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return ([own] + CommandLine.arguments).map { URL(filePath: $0).deletingLastPathComponent().path }
            .first { FileManager.default.isExecutableFile(atPath: "\($0)/muster-agent") } ?? "."
    }()

    let source = String(repeating: "cd", count: 16)
    private let folder = NSTemporaryDirectory() + "muster-relay-\(UUID().uuidString)"
    private var keys: [String: CurveKeyPair] = [:]
    private var started: [Running] = []

    init() throws {
        for run in ["a", "b"] {
            let pair = try CurveKeyPair.generate()
            keys[run] = pair
            try FileManager.default.createDirectory(atPath: paths(run).keys, withIntermediateDirectories: true)
            try Data("\(pair.secretKey.z85)\n\(pair.publicKey.z85)\n".utf8)
                .write(to: URL(filePath: paths(run).clientKey))
        }
    }

    deinit {
        for running in started {
            running.closeInput()
            if running.process.isRunning { kill(running.process.processIdentifier, SIGKILL) }
            running.process.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    func paths(_ run: String) -> RunPaths { RunPaths(folder: "\(folder)/runs/\(run)") }

    /// A relay that was started.
    final class Running {
        let process = Process()
        private let input = Pipe()
        private let output: String

        init(_ words: [String], limit: String?, output: String) throws {
            self.output = output
            for name in ["out", "err"] { try Data().write(to: URL(filePath: "\(output).\(name)")) }
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments =
                ["-c", (limit ?? ":") + "; exec \"$@\"", "sh", "\(Bench.programs)/muster-agent"] + words
            process.standardInput = input
            process.standardOutput = FileHandle(forWritingAtPath: "\(output).out")
            process.standardError = FileHandle(forWritingAtPath: "\(output).err")
            try process.run()
        }

        var text: String { (try? String(contentsOfFile: "\(output).out", encoding: .utf8)) ?? "" }
        var errors: String { (try? String(contentsOfFile: "\(output).err", encoding: .utf8)) ?? "" }
        func closeInput() { try? input.fileHandleForWriting.close() }
    }

    /// Starts a relay for a run, behind the shell's `limit`, and waits until it has said something or ended.
    func start(
        _ run: String, address: String? = "127.0.0.1", _ words: [String] = [], limit: String? = nil
    ) throws -> Running {
        let listens = address.map { ["--address", $0] } ?? []
        let running = try Running(
            ["relay", "--run-folder", paths(run).folder] + listens + words, limit: limit,
            output: "\(folder)/\(started.count)")
        started.append(running)
        let isQuiet = words.contains("--detached")
        _ = try wait(for: "the relay's first word") {
            isQuiet || !running.text.isEmpty || !running.process.isRunning ? true : nil
        }
        return running
    }

    /// Where the agents of a run are told to connect to.
    func endpoint(_ run: String) throws -> Endpoint {
        try wait(for: "the endpoint") {
            (try? String(contentsOfFile: paths(run).endpoint, encoding: .utf8)).flatMap { try? JSON(parsing: $0) }
                .flatMap { Endpoint(json: $0) }
        }
    }

    func agent(_ run: String) throws -> Agent { try Agent(endpoint(run), keys: try #require(keys[run])) }

    func fact(_ sequence: Int64, _ run: String) -> [UInt8] {
        Event(
            run: run, source: source, sequence: sequence, time: Timestamp(seconds: 1), monotonic: 1,
            body: .agentEnded(reason: "test")
        ).json.bytes + [0x0A]
    }

    /// Polls until `condition` gives a value, for at most a minute.
    func wait<Value>(for what: String, _ condition: () throws -> Value?) throws -> Value {
        let deadline = Date() + 60
        while Date() < deadline {
            if let value = try condition() { return value }
            usleep(20_000)
        }
        throw Timeout(what: what)
    }

    struct Timeout: Error { var what: String }
}

/// An agent's side of the wire.
final class Agent {
    private let context: Context
    private let socket: SocketBox

    private final class SocketBox {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    init(_ endpoint: Endpoint, keys: CurveKeyPair) throws {
        context = try Context()
        let server = try #require(CurveKey(z85: endpoint.key))
        socket = SocketBox(try Socket(context, .dealer, options: [.linger(.zero), .curveClient(keys, server: server)]))
        try socket.socket.connect(endpoint.address)
    }

    func send(_ bytes: [UInt8]) throws { _ = try socket.socket.send([bytes]) }

    func say(_ message: WireMessage) throws -> WireMessage? {
        try send(message.line)
        return try answer()
    }

    /// The next answer.
    func answer(within seconds: Double = 10) throws -> WireMessage? {
        let deadline = Date() + seconds
        while Date() < deadline {
            if let message = try socket.socket.receive(), let line = message.frames.last {
                return (try? JSON(parsing: line)).flatMap(WireMessage.init(json:))
            }
            var set = PollSet()
            set.add(socket.socket, for: .readable)
            try set.wait(timeout: .milliseconds(50))
        }
        return nil
    }
}
