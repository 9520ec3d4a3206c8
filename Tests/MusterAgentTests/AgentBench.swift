import Foundation
import MusterCore
import Testing

/// A run folder made for one test, and agents that are really started on it.
final class AgentBench {
    let root: String
    let paths: RunPaths
    var stages: [StageSpec] = []
    var rows: [JobRow] = []
    var resources = Resources()
    var logLimit = RunPlan.usualLogLimit
    private var agents: [Process] = []

    init() throws {
        root = NSTemporaryDirectory() + "muster-agent-\(UUID().uuidString)"
        paths = RunPaths(folder: root + "/run")
        try FileManager.default.createDirectory(atPath: paths.folder, withIntermediateDirectories: true)
    }

    deinit {
        for agent in agents where agent.isRunning { kill(agent.processIdentifier, SIGKILL) }
        // What a killed agent left running is named in its lane.
        for group in leftGroups() { kill(pid_t(-group), SIGKILL) }
        try? FileManager.default.removeItem(atPath: root)
    }

    private func leftGroups() -> [Int] {
        let lanes = (try? FileManager.default.contentsOfDirectory(atPath: paths.lanes)) ?? []
        return lanes.flatMap { lane -> [Int] in
            guard let data = FileManager.default.contents(atPath: "\(paths.lanes)/\(lane)/running.json"),
                let json = try? JSON(parsing: Array(data))
            else { return [] }
            return (json["stages"]?.array ?? []).compactMap { $0["group"]?.int.map { Int($0) } }.filter { $0 > 1 }
        }
    }

    func stage(
        _ name: String, shell: String, environment: ProgramEnvironment = ProgramEnvironment(), progress: String? = nil
    ) {
        stages.append(
            StageSpec(
                name: name, command: .shell(shell), environment: environment,
                progress: progress.flatMap { ProgressPattern($0) }))
    }

    @discardableResult
    func job(_ name: String, key: String = "key", values: [JSON.Member] = []) -> JobRow {
        let row = JobRow(
            index: rows.count, id: name, scene: Scene(name: name, path: "\(root)/scenes/\(name)"),
            point: Point(id: "p", values: values), output: output(name), key: key)
        rows.append(row)
        return row
    }

    func output(_ name: String) -> String { "\(root)/out/\(name)" }

    /// Writes plan and tables; `blocks` are lists of jobs.
    func write(blocks: [[Int]], slots: Int = 1, run: String = "r1", generation: Int = 0) throws {
        var plan = RunPlan(
            run: run, sweep: "s", cluster: "local", fingerprint: "f", stages: stages, resources: resources,
            slots: slots, jobCount: rows.count, outputRoot: root + "/out")
        plan.logLimit = logLimit
        try put(paths.plan, plan.json.line)
        try put(paths.jobs, rows.map(\.json.line).joined(separator: "\n") + "\n")
        let lines = blocks.enumerated().map { number, jobs in
            Block(id: "g\(generation)-0000\(number)", generation: generation, jobs: jobs).json.line + "\n"
        }
        try put(paths.blocks, lines.joined())
    }

    func put(_ path: String, _ text: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The program that was built beside the tests.
    static var program: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent + "/muster-agent"
    }

    /// Starts an agent; `shell` runs before it in the same process.
    func start(_ options: [String] = [], environment: [String: String] = [:], shell: String? = nil) throws -> Process {
        let agent = Process()
        let words = [Self.program, "run", "--run-folder", paths.folder] + options
        if let shell {
            agent.executableURL = URL(fileURLWithPath: "/bin/sh")
            agent.arguments = ["-c", "\(shell)\nexec \"$@\"", "sh"] + words
        } else {
            agent.executableURL = URL(fileURLWithPath: words[0])
            agent.arguments = Array(words.dropFirst())
        }
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SLURM_") }
        variables["CUDA_VISIBLE_DEVICES"] = nil
        agent.environment = variables.merging(environment) { $1 }
        agent.standardError = FileHandle.nullDevice
        try agent.run()
        agents.append(agent)
        return agent
    }

    /// Runs an agent to its end; its exit status.
    @discardableResult
    func run(_ options: [String] = [], environment: [String: String] = [:], shell: String? = nil) throws -> Int32 {
        let agent = try start(options, environment: environment, shell: shell)
        #expect(wait(60) { !agent.isRunning }, "the agent goes on and on: \(facts)")
        return agent.isRunning ? -1 : agent.terminationStatus
    }

    /// All facts of all lanes, lane by lane.
    var facts: [Event] {
        let lanes = ((try? FileManager.default.contentsOfDirectory(atPath: paths.lanes)) ?? []).sorted()
        return lanes.flatMap { lane in
            (text(paths.lane(lane).outbox) ?? "").split(separator: "\n").compactMap { try? Event(line: $0.utf8) }
        }
    }

    /// The first sample that the agent left in its live file.
    func liveSample() throws -> JSON {
        let lane = try #require(try FileManager.default.contentsOfDirectory(atPath: paths.lanes).first)
        let live = try JSON(parsing: try #require(text(paths.lane(lane).live)))
        return try #require(live["samples"]?.array?.first, "\(live.line)")
    }

    /// Job index and ending of each attempt that ended, in order.
    var endings: [(key: AttemptKey, ending: Ending, superseded: Bool)] {
        facts.compactMap {
            if case .jobEnded(let key, let ending, let late) = $0.body { (key, ending, late) } else { nil }
        }
    }

    /// Polls until the condition holds; false when `seconds` were not enough.
    func wait(_ seconds: Double, _ condition: () -> Bool) -> Bool {
        let deadline = Date().addingTimeInterval(seconds)
        while !condition() {
            if Date() > deadline { return false }
            usleep(10_000)
        }
        return true
    }
}
