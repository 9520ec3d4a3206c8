import Foundation
import MusterCore
import Testing

/// Which blocks an agent takes: those that its allocation can carry, in its time.
@Suite struct SizeTests {
    private func bench(_ count: Int, blocks: [(jobs: [Int], size: Int)], blocksPerAgent: Int? = nil) throws
        -> AgentBench
    {
        let bench = try AgentBench()
        bench.stage("s", shell: "true")
        for index in 0..<count { bench.job("j\(index)") }
        try bench.write(blocks: [])
        let text = try #require(bench.text(bench.paths.plan))
        var plan = try #require(try RunPlan(json: JSON(parsing: text)))
        plan.classes = [
            SizeClass(resources: Resources(cpus: 1, memory: ByteCount(1 << 30)), slots: 1, arrays: [1]),
            SizeClass(resources: Resources(cpus: 1, memory: ByteCount(4 << 30)), slots: 1, arrays: [1]),
            SizeClass(
                resources: Resources(cpus: 8, memory: ByteCount(2 << 30), time: WallTime(seconds: 100)), slots: 1,
                arrays: [1]),
        ]
        plan.blocksPerAgent = blocksPerAgent
        try bench.put(bench.paths.plan, plan.json.line)
        let lines = blocks.enumerated().map { number, block in
            Block(id: "g0-0000\(number)", generation: 0, jobs: block.jobs, size: block.size).json.line + "\n"
        }
        try bench.put(bench.paths.blocks, lines.joined())
        return bench
    }

    @Test(
        arguments: [
            ([], [0, 3]), (["--size", "1"], [1, 0, 3]), (["--size", "2"], [2, 0, 3]), (["--size", "9"], [0, 3]),
        ] as [([String], [Int])]) func anAgentClaimsWhatItCanCarry(options: [String], jobs: [Int]) throws
    {
        let bench = try bench(4, blocks: [([0], 0), ([1], 1), ([2], 2), ([3], 0)])
        #expect(try bench.run(options) == 0)
        #expect(bench.endings.map(\.key.job) == jobs)
    }

    @Test func aJobWhoseTimeIsMoreThanWhatIsLeftIsNotBegun() throws {
        let bench = try bench(3, blocks: [([0], 2), ([1], 2), ([2], 0)])
        // The first one may always begin: the allocation was made for it.
        #expect(try bench.run(["--size", "2", "--time-left", "60"]) == 0)
        #expect(bench.endings.map(\.key.job) == [0, 2])
        #expect(
            !bench.facts.contains { if case .jobStarted(let key, _, _, _) = $0.body { key.job == 1 } else { false } })
        #expect(bench.facts.last?.body == .agentEnded(reason: "the time left is too short for another job"))
        // It was no attempt, and no claim either: the next agent takes it.
        #expect(try bench.run(["--size", "2"]) == 0)
        #expect(bench.endings.map(\.key.job).sorted() == [0, 1, 2])
    }

    @Test func anElementForEachJobEndsWithIt() throws {
        let bench = try bench(3, blocks: [([0], 0), ([1], 0), ([2], 0)], blocksPerAgent: 1)
        for count in 1...3 {
            #expect(try bench.run() == 0)
            #expect(bench.endings.count == count)
        }
    }

    @Test func parametersLieInAFile() throws {
        let bench = try AgentBench()
        bench.stages = [
            StageSpec(
                name: "train", command: .shell("cp \"$MUSTER_PARAMETERS\" seen.json; ls .muster"),
                parameters: [.init("steps", 100), .init("lr", .double(0.5))])
        ]
        bench.job("a", values: [.init("train.lr", .double(0.1)), .init("odd \"name\"", "é\n")])
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        let text = try #require(bench.text(bench.output("a") + "/seen.json"))
        let seen = try JSON(parsing: text)
        #expect(seen["parameters"] == .object([.init("steps", 100), .init("lr", .double(0.1))]))
        #expect(seen["point"]?["odd \"name\""] == "é\n" && seen["scene"]?["name"] == "a" && seen["stage"] == "train")
        #expect(!FileManager.default.fileExists(atPath: bench.output("a") + "/.muster/parameters.json"))
    }
}
