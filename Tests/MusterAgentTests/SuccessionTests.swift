import Foundation
import MusterCore
import Testing

@Suite struct SuccessionTests {
    /// Three jobs that note each start of a stage; the second job's second stage waits for a file `go`.
    private func bench() throws -> AgentBench {
        let bench = try AgentBench()
        bench.stage("first", shell: "echo first {scene.name} >> \(bench.root)/starts; echo made > a")
        bench.stage(
            "second",
            shell: "echo second {scene.name} >> \(bench.root)/starts; [ {scene.name} != b ] || "
                + "while [ ! -e \(bench.root)/go ]; do sleep 0.05; done; cp a b")
        for name in ["a", "b", "c"] { bench.job(name) }
        try bench.write(blocks: [[0, 1, 2]])
        return bench
    }

    private func starts(_ bench: AgentBench) -> [String] {
        (bench.text(bench.root + "/starts") ?? "").split(separator: "\n").map(String.init)
    }

    private func killed(_ bench: AgentBench, _ options: [String], _ environment: [String: String] = [:]) throws {
        let agent = try bench.start(options, environment: environment)
        #expect(bench.wait(20) { self.starts(bench).contains("second b") })
        kill(agent.processIdentifier, SIGKILL)
        #expect(bench.wait(10) { !agent.isRunning })
    }

    @Test func `after kill -9 a local successor finishes the rest and repeats nothing`() throws {
        let bench = try bench()
        try killed(bench, [])
        try bench.put(bench.root + "/go", "")
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.key.job) == [0, 1, 2])
        #expect(bench.endings.allSatisfy { $0.ending.outcome == .succeeded })
        #expect(starts(bench) == ["first a", "second a", "first b", "second b", "second b", "first c", "second c"])
        #expect(
            bench.facts.contains {
                if case .stageEnded(let key, "first", _, reused: true) = $0.body { key.job == 1 } else { false }
            })
        #expect(bench.text(bench.output("b") + "/b") == "made\n")
        #expect(FileManager.default.fileExists(atPath: bench.paths.claim(block: "g0-00000", restart: 1)))
    }

    @Test func `a stage whose files were changed afterwards is repeated`() throws {
        let bench = try bench()
        try killed(bench, [])
        try bench.put(bench.root + "/out/.b.attempt.r1.0.0/a", "tampered")
        try bench.put(bench.root + "/go", "")
        try bench.run()
        #expect(starts(bench).filter { $0 == "first b" }.count == 2)
        #expect(bench.text(bench.output("b") + "/b") == "made\n")
    }

    @Test func `the requeued element takes its block over and another element does not`() throws {
        let bench = try bench()
        let slurm = ["SLURM_ARRAY_JOB_ID": "77", "SLURM_ARRAY_TASK_ID": "3", "SLURM_JOB_ID": "79"]
        try killed(bench, [], slurm)
        try bench.put(bench.root + "/go", "")
        #expect(try bench.run(environment: ["SLURM_JOB_ID": "80"]) == 0)
        #expect(bench.endings.count == 1)
        #expect(try bench.run(environment: slurm.merging(["SLURM_RESTART_COUNT": "2"]) { $1 }) == 0)
        #expect(bench.endings.map(\.key.job) == [0, 1, 2])
        #expect(bench.endings.last?.key.element == "77_3")
        #expect(bench.endings.last?.key.restart == 2)
        #expect(FileManager.default.fileExists(atPath: bench.paths.claim(block: "g0-00000", restart: 2)))
        #expect(bench.facts.contains { $0.body == .blockClaimed(block: "g0-00000", generation: 0, takeover: true) })
    }

    @Test func `agents side by side share the blocks and no job runs twice`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "echo {scene.name} >> \(bench.root)/starts; sleep 0.02")
        for number in 0..<40 { bench.job("j\(number)") }
        try bench.write(blocks: (0..<20).map { [2 * $0, 2 * $0 + 1] }, slots: 2)
        let agents = try (0..<4).map { try bench.start(["--element", "5_\($0)"]) }
        #expect(bench.wait(60) { agents.allSatisfy { !$0.isRunning } })
        #expect(starts(bench).sorted() == (0..<40).map { "j\($0)" }.sorted())
        #expect(bench.endings.count == 40)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).count == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.paths.claims).count == 20)
    }

    /// An allocation of two nodes is one element with two agents, also when Slurm starts it again.
    @Test func `agents of one element keep apart, and their successors share what was left`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s",
            shell: "echo {scene.name} >> \(bench.root)/starts; while [ ! -e \(bench.root)/go ]; do sleep 0.02; done")
        for name in ["a", "b", "c", "d"] { bench.job(name) }
        try bench.write(blocks: [[0, 1], [2, 3]])
        let slurm = ["SLURM_ARRAY_JOB_ID": "7", "SLURM_ARRAY_TASK_ID": "1", "SLURM_JOB_ID": "8"]
        let first = try (0..<2).map { try bench.start(environment: slurm.merging(["SLURM_PROCID": "\($0)"]) { $1 }) }
        #expect(bench.wait(20) { starts(bench).sorted() == ["a", "c"] }, "\(starts(bench))")
        for agent in first { kill(agent.processIdentifier, SIGKILL) }
        #expect(bench.wait(20) { first.allSatisfy { !$0.isRunning } })
        try bench.put(bench.root + "/go", "")
        let again = slurm.merging(["SLURM_RESTART_COUNT": "1"]) { $1 }
        let second = try (0..<2).map { _ in try bench.start(environment: again) }
        #expect(bench.wait(20) { second.allSatisfy { !$0.isRunning } })
        #expect(bench.endings.map(\.key.job).sorted() == [0, 1, 2, 3])
        #expect(bench.endings.allSatisfy { $0.ending.outcome == .succeeded && $0.key.restart == 1 && !$0.superseded })
        #expect(starts(bench).sorted() == ["a", "a", "b", "c", "c", "d"])
    }

    @Test func `an agent that lost its claim kills its stages and publishes nothing`() throws {
        let bench = try bench()
        let agent = try bench.start(["--element", "77_3"])
        #expect(bench.wait(20) { self.starts(bench).contains("second b") })
        let other = ClaimHolder(
            element: "77_3", restart: 1, source: String(repeating: "e", count: 32), node: "elsewhere", lane: "x.0")
        try bench.put(bench.paths.claim(block: "g0-00000", restart: 1), other.json.line)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(agent.terminationStatus == 0)
        #expect(bench.facts.contains { if case .fenced("g0-00000", _) = $0.body { true } else { false } })
        #expect(bench.endings.map(\.key.job) == [0])
        #expect(!FileManager.default.fileExists(atPath: bench.output("b")))
        #expect(!starts(bench).contains("first c"))
    }

    @Test func `a stage that outlived a killed agent is ended by the successor`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s",
            shell: "if [ -e \(bench.root)/again ]; then exit 0; fi; touch \(bench.root)/again; "
                + "sleep 300 & echo $! > \(bench.root)/pid; wait")
        bench.job("a")
        try bench.write(blocks: [[0]])
        let agent = try bench.start()
        #expect(bench.wait(20) { bench.text(bench.root + "/pid")?.hasSuffix("\n") == true })
        let lane = try #require(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).first)
        #expect(
            bench.wait(20) {
                bench.text(bench.paths.lane(lane).folder + "/running.json")?.contains("\"group\"") == true
            })
        kill(agent.processIdentifier, SIGKILL)
        #expect(bench.wait(10) { !agent.isRunning })
        let pid = try #require(pid_t((bench.text(bench.root + "/pid") ?? "").dropLast()))
        #expect(kill(pid, 0) == 0, "the grandchild should have outlived the agent")
        #expect(try bench.run() == 0)
        #expect(bench.wait(10) { kill(pid, 0) != 0 || (bench.text("/proc/\(pid)/stat") ?? "").contains(") Z ") })
        #expect(bench.endings.last?.ending.outcome == .succeeded)
    }

    @Test func `a torn last line is cut off and the facts go on behind it`() throws {
        let bench = try bench()
        try bench.put(bench.root + "/go", "")
        let node = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? ""
        try bench.put(bench.paths.lane("\(node).0").outbox, "{\"v\":1,\"kind\":\"other\"}\n{\"v\":1,\"torn")
        try bench.run()
        let text = try #require(bench.text(bench.paths.lane("\(node).0").outbox))
        #expect(text.hasPrefix("{\"v\":1,\"kind\":\"other\"}\n{\"v\":1,\"run\""))
        #expect(bench.endings.count == 3)
    }

    @Test func `blocks of a new generation are found when the old ones are done`() throws {
        let bench = try bench()
        try bench.put(bench.root + "/go", "")
        bench.stages[0].command = .shell(
            "echo '"
                + Block(id: "g1-00000", generation: 1, jobs: [2]).json.line
                .replacingOccurrences(of: "{", with: "{{").replacingOccurrences(of: "}", with: "}}")
                + "' >> \(bench.paths.blocks)")
        bench.stages[1].command = .shell("true")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.key.job) == [0, 2])
        #expect(bench.endings.last?.key.generation == 1)
    }
}
