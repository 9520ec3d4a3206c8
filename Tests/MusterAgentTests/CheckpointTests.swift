import Foundation
import MusterCore
import Testing

@Suite struct CheckpointTests {
    /// Counts on from where it was, waits at 2 until it may go on, and keeps where it is when it is told that its time is over.
    private static let counting = """
        n=$(cat "$MUSTER_CHECKPOINT/n" 2>/dev/null || echo 0); echo "from $n"
        trap 'echo $n > "$MUSTER_CHECKPOINT/n"; exit 0' TERM
        n=$((n+1)); touch "$MUSTER_OUT/up"
        while [ $n -lt 2 ]; do sleep 0.05; done
        echo $n > "$MUSTER_OUT/result"
        """

    private func bench(_ checkpoint: CheckpointSpec, shell: String = counting) throws -> AgentBench {
        let bench = try AgentBench()
        bench.stage("s", shell: shell)
        bench.stages[0].checkpoint = checkpoint
        bench.job("a")
        try bench.write(blocks: [[0]])
        return bench
    }

    private func isUp(_ bench: AgentBench, attempt: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(bench.root)/out/.a.attempt.r1.\(attempt)/up")
    }

    private func kept(_ bench: AgentBench) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(bench.root)/out")) ?? []).filter {
            $0.contains(".checkpoint.")
        }
    }

    private func logs(_ bench: AgentBench) -> String {
        let lanes = (try? FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes)) ?? []
        return lanes.compactMap { bench.text(bench.paths.lane($0).log) }.joined()
    }

    @Test func `a program that keeps its state and ends well is not done, and goes on in the next attempt`() throws {
        let bench = try bench(CheckpointSpec(grace: WallTime(seconds: 20)))
        let agent = try bench.start(["--element", "7_1"])
        #expect(bench.wait(20) { isUp(bench, attempt: "0.0") })
        kill(agent.processIdentifier, SIGUSR1)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.endings.map(\.ending.outcome) == [.timeout])
        #expect(kept(bench).count == 1)
        #expect(try bench.run(["--element", "7_1", "--restart", "1"]) == 0)
        #expect(bench.endings.map(\.ending.outcome) == [.timeout, .succeeded])
        #expect(bench.text(bench.output("a") + "/result") == "2\n")
        #expect(logs(bench).contains("from 1"))
        #expect(kept(bench).isEmpty)
    }

    @Test func `a command makes the checkpoint, and then the program is asked to end`() throws {
        let bench = try bench(
            CheckpointSpec(
                grace: WallTime(seconds: 20),
                command: .shell("echo $MUSTER_PID > \"$MUSTER_CHECKPOINT/kept\"; echo made")),
            shell: "echo $$; touch \"$MUSTER_OUT/up\"; exec sleep 300")
        let agent = try bench.start()
        #expect(bench.wait(20) { isUp(bench, attempt: "0.0") })
        kill(agent.processIdentifier, SIGUSR1)
        #expect(bench.wait(20) { !agent.isRunning })
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .timeout && ending.signal == Int(SIGTERM))
        let folder = try #require(kept(bench).first)
        let pid = try #require(bench.text("\(bench.root)/out/\(folder)/kept"))
        #expect(ending.tail == "\(pid)made\n")
    }

    @Test func `a program that does not heed its signal is killed behind its grace`() throws {
        let bench = try bench(
            CheckpointSpec(signal: .user2, grace: WallTime(seconds: 1)),
            shell: "trap 'echo told' USR2; touch \"$MUSTER_OUT/up\"; while :; do sleep 0.05; done")
        let agent = try bench.start()
        #expect(bench.wait(20) { isUp(bench, attempt: "0.0") })
        kill(agent.processIdentifier, SIGUSR1)
        #expect(bench.wait(20) { !agent.isRunning })
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .timeout && ending.signal == Int(SIGKILL))
        #expect(ending.tail?.contains("told\n") == true)
    }

    /// `scontrol` that writes down what it is asked, or refuses.
    private func scontrol(_ bench: AgentBench, refusing: Bool) throws -> [String: String] {
        try FileManager.default.createDirectory(atPath: "\(bench.root)/bin", withIntermediateDirectories: true)
        try bench.put(
            "\(bench.root)/bin/scontrol",
            "#!/bin/sh\necho \"$@\" >> \(bench.root)/asked\n\(refusing ? "echo 'Requested operation is presently disabled' >&2; exit 1" : "")\n"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bench.root)/bin/scontrol")
        return ["SLURM_JOB_ID": "12", "PATH": "\(bench.root)/bin:/usr/bin:/bin"]
    }

    @Test(arguments: [false, true])
    func `the element is started again for what can go on, and a refusal is told`(refusing: Bool) throws {
        let bench = try bench(
            CheckpointSpec(grace: WallTime(seconds: 20), attempts: 3), shell: "touch \"$MUSTER_OUT/up\"; exec sleep 300"
        )
        let variables = try scontrol(bench, refusing: refusing)
        for restart in [1, 2] {
            let agent = try bench.start(["--element", "7_1", "--restart", "\(restart)"], environment: variables)
            #expect(bench.wait(20) { isUp(bench, attempt: "0.\(restart)") })
            kill(agent.processIdentifier, SIGUSR1)
            #expect(bench.wait(20) { !agent.isRunning })
        }
        // Started three times in all: the last one is the end of it.
        #expect(bench.text("\(bench.root)/asked") == "requeue 7_1\n")
        let told = bench.facts.compactMap { event -> Bool? in
            if case .requeued("7_1", 1, let refused) = event.body { refused != nil } else { nil }
        }
        #expect(told == (refusing ? [false, true] : [false]))
        var state = RunState()
        for event in bench.facts { state.apply(event) }
        #expect(Steward.isOpen(state.jobs[0], in: state, ended: ["7_1"]) == false)
    }
}
