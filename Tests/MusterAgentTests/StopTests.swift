import Foundation
import MusterCore
import Testing

@Suite struct StopTests {
    private func bench(_ shell: String) throws -> AgentBench {
        let bench = try AgentBench()
        bench.stage("s", shell: shell)
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]])
        return bench
    }

    @Test(arguments: [(SIGTERM, Outcome.cancelled), (SIGUSR1, .timeout), (SIGINT, .cancelled)])
    func `a signal ends the running stage and starts nothing more`(signal: Int32, outcome: Outcome) throws {
        let bench = try bench("echo started; touch \"$MUSTER_OUT/here\"; exec sleep 300")
        let agent = try bench.start()
        #expect(bench.wait(20) { FileManager.default.fileExists(atPath: bench.root + "/out/.a.attempt.r1.0.0/here") })
        kill(agent.processIdentifier, signal)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(agent.terminationStatus == 0)
        #expect(bench.endings.map(\.ending.outcome) == [outcome])
        #expect(bench.endings.first?.ending.tail == "started\n")
    }

    @Test func `SIGTERM at the end of the allocation's time is a timeout`() throws {
        let bench = try bench("sleep 1.5; touch \"$MUSTER_OUT/late\"; exec sleep 300")
        let agent = try bench.start(["--time-left", "1"])
        #expect(bench.wait(20) { FileManager.default.fileExists(atPath: bench.root + "/out/.a.attempt.r1.0.0/late") })
        kill(agent.processIdentifier, SIGTERM)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.endings.map(\.ending.outcome) == [.timeout])
        #expect(bench.endings.first?.ending.cause == "the allocation's time is over (SIGTERM)")
    }

    @Test func `the run's cancel mark ends what runs`() throws {
        let bench = try bench("touch \"$MUSTER_OUT/here\"; exec sleep 300")
        let agent = try bench.start()
        #expect(bench.wait(20) { FileManager.default.fileExists(atPath: bench.root + "/out/.a.attempt.r1.0.0/here") })
        try bench.put(bench.paths.cancelled, "")
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.endings.map(\.ending.outcome) == [.cancelled])
        #expect(bench.endings.first?.ending.cause == "the run was cancelled")
    }

    @Test func `a stage that ends well although it was told to end is published`() throws {
        let bench = try bench(
            "trap 'echo saved > x; exit 0' TERM; touch \"$MUSTER_OUT/here\"; while :; do sleep 0.05; done")
        let agent = try bench.start()
        #expect(bench.wait(20) { FileManager.default.fileExists(atPath: bench.root + "/out/.a.attempt.r1.0.0/here") })
        kill(agent.processIdentifier, SIGTERM)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded])
        #expect(bench.text(bench.output("a") + "/x") == "saved\n")
    }

    @Test func `a job that takes longer than it asked for is ended and the next one runs`() throws {
        let bench = try AgentBench()
        bench.resources.time = WallTime(seconds: 1)
        bench.stage("s", shell: "[ \"$MUSTER_JOB\" = b ] || exec sleep 300")
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]])
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.ending.outcome) == [.timeout, .succeeded])
        #expect(bench.endings.first?.ending.cause == "the job took longer than its resources.time, 00:00:01")
    }

    @Test func `a job that does not heed SIGTERM is killed after ten seconds, and its limit is the cause`() throws {
        let bench = try AgentBench()
        bench.resources.time = WallTime(seconds: 1)
        bench.stage("s", shell: "trap '' TERM; echo up; while :; do sleep 0.1; done")
        bench.job("a")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .timeout && ending.signal == Int(SIGKILL) && ending.tail == "up\n")
        #expect(ending.cause == "the job took longer than its resources.time, 00:00:01")
        #expect(ending.duration >= 11_000_000)
    }

    @Test func `no job is started that would not fit into the time left`() throws {
        let bench = try bench("sleep 1.2")
        #expect(try bench.run(["--time-left", "2"]) == 0)
        #expect(bench.endings.map(\.key.job) == [0])
        #expect(bench.facts.last?.body == .agentEnded(reason: "the time left is too short for another job"))
    }
}
