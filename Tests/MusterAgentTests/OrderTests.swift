import Foundation
import MusterCore
import Testing

/// Orders reach agents by the run's folder alone.
@Suite struct OrderTests {
    /// A job runs until its file `go` is there.
    private func bench(slots: Int = 1, blocks: [[Int]] = [[0, 1, 2]]) throws -> AgentBench {
        let bench = try AgentBench()
        bench.stage("s", shell: "touch \"$MUSTER_OUT/here\"; while [ ! -e \(bench.root)/go ]; do sleep 0.05; done")
        for name in ["a", "b", "c"] { bench.job(name) }
        try bench.write(blocks: blocks, slots: slots)
        return bench
    }

    private func order(_ bodies: [EventBody], _ bench: AgentBench, from number: Int = 1) throws {
        let path = bench.paths.lane(RunPaths.clientLane).outbox
        let lines = bodies.enumerated().map { at, body in
            Event(
                run: "r1", source: String(repeating: "c", count: 32), sequence: Int64(number + at),
                time: Timestamp(seconds: 1000 + Int64(number + at)), monotonic: 0, body: body
            ).json.line + "\n"
        }
        try bench.put(path, (bench.text(path) ?? "") + lines.joined())
    }

    private func runs(_ name: String, _ bench: AgentBench, generation: Int = 0) -> Bool {
        FileManager.default.fileExists(atPath: bench.root + "/out/.\(name).attempt.r1.\(generation).0/here")
    }

    private func outcomes(_ bench: AgentBench) -> [Int: Outcome] {
        Dictionary(bench.endings.map { ($0.key.job, $0.ending.outcome) }) { $1 }
    }

    @Test func `a cancelled job is ended, one that was not begun is not, and the others run`() throws {
        let bench = try bench()
        let agent = try bench.start()
        #expect(bench.wait(20) { runs("a", bench) })
        try order([.cancelRequested(jobs: [0, 1])], bench)
        #expect(bench.wait(20) { runs("c", bench) })
        try bench.put(bench.root + "/go", "")
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(outcomes(bench) == [0: .cancelled, 2: .succeeded])
        #expect(bench.endings.first?.ending.cause == "the job was cancelled")
    }

    @Test func `a cancelled run ends its agents without any mark`() throws {
        let bench = try bench()
        let agent = try bench.start()
        #expect(bench.wait(20) { runs("a", bench) })
        try order([.cancelRequested(jobs: [])], bench)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(outcomes(bench) == [0: .cancelled])
        // Another one begins nothing.
        try bench.run()
        #expect(bench.endings.count == 1)
    }

    @Test func `what was asked for since runs in its new block alone`() throws {
        let bench = try bench(blocks: [[0, 1, 2]])
        try order(
            [.cancelRequested(jobs: []), .retryRequested(jobs: [1], Ask(generation: 1))], bench)
        let later = Block(id: "g1-00000", generation: 1, jobs: [1])
        try bench.put(bench.paths.blocks, (bench.text(bench.paths.blocks) ?? "") + later.json.line + "\n")
        try bench.put(bench.root + "/go", "")
        try bench.run()
        #expect(bench.endings.map(\.key.job) == [1] && bench.endings.first?.key.generation == 1)
        #expect(outcomes(bench) == [1: .succeeded])
    }

    @Test func `held jobs are not begun, and are once they are released`() throws {
        let bench = try bench()
        try order([.jobsHeld(jobs: [1])], bench)
        let agent = try bench.start()
        #expect(bench.wait(20) { runs("a", bench) })
        try order([.jobsHeld(jobs: [2]), .jobsReleased(jobs: [1])], bench, from: 2)
        // Longer than agents take to see an order.
        try bench.put(bench.root + "/go", "")
        #expect(bench.wait(30) { !agent.isRunning })
        #expect(outcomes(bench)[0] == .succeeded && outcomes(bench)[2] != .cancelled)
        // All that is released runs in the end, by this agent or the next.
        try order([.jobsReleased(jobs: [])], bench, from: 4)
        if outcomes(bench).count < 3 {
            let block = Block(id: "g1-00000", generation: 1, jobs: [0, 1, 2].filter { outcomes(bench)[$0] == nil })
            try bench.put(bench.paths.blocks, (bench.text(bench.paths.blocks) ?? "") + block.json.line + "\n")
            try bench.run()
        }
        #expect(outcomes(bench) == [0: .succeeded, 1: .succeeded, 2: .succeeded])
    }

    @Test func `an agent with nothing but held jobs claims nothing and ends`() throws {
        let bench = try bench(blocks: [[0], [1], [2]])
        try order([.jobsHeld(jobs: []), .jobsReleased(jobs: [1])], bench)
        try bench.put(bench.root + "/go", "")
        try bench.run()
        #expect(outcomes(bench) == [1: .succeeded])
        let claims = try FileManager.default.contentsOfDirectory(atPath: bench.paths.claims)
        #expect(claims.filter { !$0.hasPrefix(".") } == ["g0-00001"])
        let reasons = bench.facts.compactMap { if case .agentEnded(let reason) = $0.body { reason } else { nil } }
        #expect(reasons == ["what is left is held"])
    }

    @Test func `a throttled agent runs no more jobs side by side than allowed`() throws {
        let bench = try bench(slots: 3)
        try order([.runThrottled(limit: 2)], bench)
        let agent = try bench.start()
        #expect(bench.wait(20) { runs("a", bench) && runs("b", bench) })
        // Once another order was seen, all that is to begin has begun.
        try order([.cancelRequested(jobs: [0])], bench, from: 2)
        #expect(bench.wait(20) { runs("c", bench) })
        #expect(bench.endings.map(\.key.job) == [0])
        try bench.put(bench.root + "/go", "")
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(outcomes(bench) == [0: .cancelled, 1: .succeeded, 2: .succeeded])
    }

    @Test func `a line that is being written is read when it is whole`() throws {
        let bench = try bench()
        let agent = try bench.start()
        #expect(bench.wait(20) { runs("a", bench) })
        let path = bench.paths.lane(RunPaths.clientLane).outbox
        try order([.jobsHeld(jobs: [2]), .cancelRequested(jobs: [0])], bench)
        let whole = try #require(bench.text(path))
        try bench.put(path, String(whole.dropLast(20)))
        #expect(bench.wait(20) { runs("a", bench) && agent.isRunning })
        try bench.put(path, whole)
        #expect(bench.wait(20) { runs("b", bench) })
        try bench.put(bench.root + "/go", "")
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(outcomes(bench) == [0: .cancelled, 1: .succeeded])
    }
}
