import Foundation
import MusterCore
import Testing

/// A folder with a data set and a state of its own, and the built programs to use in it.
final class Lab {
    let folder: String
    private var running: [Process] = []
    /// Variables that muster is started with beside those of the tests.
    var variables: [String: String] = [:]

    /// Where the programs were built: beside the test bundle.
    static let programs: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let candidates = [own] + CommandLine.arguments
        return candidates.map { URL(filePath: $0).deletingLastPathComponent().path }
            .first { FileManager.default.isExecutableFile(atPath: "\($0)/muster-agent") } ?? "."
    }()

    init(scenes: [String] = ["scene_0", "scene_1", "scene_2"]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "muster-lab-\(UUID().uuidString)").path
        for scene in scenes {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/data/\(scene)", withIntermediateDirectories: true)
        }
    }

    deinit {
        for process in running where process.isRunning { kill(process.processIdentifier, SIGKILL) }
        _ = try? muster(["cancel", "last", "--yes"])
        try? FileManager.default.removeItem(atPath: folder)
    }

    struct Result {
        var status: Int32
        var output: String
        var errors: String
        var json: JSON? { try? JSON(parsing: output) }
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    /// Starts muster; `path` is where programs are sought behind its own folder.
    func start(_ arguments: [String], path: String? = nil, environment more: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "\(Self.programs)/muster")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["MUSTER_STATE"] = "\(folder)/state"
        environment["PATH"] = "\(Self.programs):\(path ?? environment["PATH"] ?? "/usr/bin:/bin")"
        process.environment = environment.merging(variables.merging(more) { $1 }) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: try output("out"))
        process.standardError = FileHandle(forWritingAtPath: try output("err"))
        try process.run()
        running.append(process)
        return process
    }

    /// Starts muster in a terminal.
    func start(_ arguments: [String], in terminal: PseudoTerminal, kind: String = "xterm-256color") throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "\(Self.programs)/muster")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        var environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        environment["MUSTER_STATE"] = "\(folder)/state"
        environment["PATH"] = "\(Self.programs):\(environment["PATH"] ?? "/usr/bin:/bin")"
        environment["TERM"] = kind
        process.environment = environment
        process.standardInput = terminal.slave
        process.standardOutput = terminal.slave
        process.standardError = terminal.slave
        try process.run()
        running.append(process)
        return process
    }

    private func output(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try Data().write(to: URL(filePath: path))
        return path
    }

    func muster(_ arguments: [String], path: String? = nil, environment: [String: String] = [:]) throws -> Result {
        let process = try start(arguments, path: path, environment: environment)
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOfFile: "\(folder)/out", encoding: .utf8),
            errors: try String(contentsOfFile: "\(folder)/err", encoding: .utf8))
    }

    /// Polls until `condition` gives a value, for at most a minute.
    func wait<Value>(for what: String, within seconds: Double = 60, _ condition: () throws -> Value?) throws -> Value {
        let deadline = Date() + seconds
        while Date() < deadline {
            if let value = try condition() { return value }
            usleep(50_000)
        }
        throw Timeout(what: what)
    }

    struct Timeout: Error { var what: String }

    /// What the program started last has complained of.
    var errors: String { (try? String(contentsOfFile: "\(folder)/err", encoding: .utf8)) ?? "" }

    /// The jobs as the history has them now, read beside a client that runs.
    func peek(_ run: String = "last") throws -> [JSON] { try look(run)?["jobs"]?.array ?? [] }

    /// The id of the latest run, read beside a client that runs.
    func peekRun() throws -> String {
        try wait(for: "a run in the history") { try look("last")?["run"]?.string }
    }

    private func look(_ run: String) throws -> JSON? {
        let process = Process()
        process.executableURL = URL(filePath: "\(Self.programs)/muster")
        process.arguments = ["history", "show", run, "--json"]
        process.environment = ["MUSTER_STATE": "\(folder)/state", "HOME": folder]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try? JSON(parsing: String(decoding: data, as: UTF8.self))
    }

    /// The id of the latest run.
    func run() throws -> String {
        try #require(try muster(["history", "show", "last", "--json"]).json?["run"]?.string)
    }

    func jobs(_ run: String = "last") throws -> [JSON] {
        try #require(try muster(["history", "show", run, "--json"]).json?["jobs"]?.array)
    }
}
