import Foundation
import MusterCore
import Testing

/// What holds for a block's jobs besides the table, canaries and halts, with real agents.
@Suite struct TermsTests {
    private func terms(_ change: (inout Block.Terms) -> Void) -> Block.Terms {
        var terms = Block.Terms()
        change(&terms)
        return terms
    }

    /// Jobs in the order in which they began and ended: `+0 -0`.
    private func course(_ bench: AgentBench) -> [String] {
        bench.facts.compactMap { event in
            switch event.body {
            case .jobStarted(let key, _, _, _): "+\(key.job)"
            case .jobEnded(let key, _, _): "-\(key.job)"
            default: nil
            }
        }
    }

    @Test func othersValuesReachTheProgramAndTheRecord() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "echo {point.n} $MUSTER_PARAM_N {stage.k} > {output_dir}/seen")
        bench.stages[0].parameters = [.init("k", 1)]
        bench.job("a", values: [.init("n", 8)])
        let why = "oom_gpu: n 8 -> 4"
        try bench.write(
            blocks: [[0]],
            terms: [
                0: terms {
                    $0.set = [.init("n", 4), .init("s.k", 2)]
                    $0.why = why
                }
            ])
        #expect(try bench.run() == 0)
        #expect(bench.text(bench.output("a") + "/seen") == "4 4 2\n")
        let record = try JSON(parsing: try #require(bench.text(bench.output("a") + "/.muster/job.json")))
        #expect(record["set"]?["n"] == 4 && record["key"] == "key")
        let told = bench.facts.compactMap {
            if case .jobRetried(_, let why, let set) = $0.body { (why, set) } else { nil }
        }
        #expect(told.first?.0 == why && told.first?.1.count == 2)
    }

    @Test func nothingRunsBesideAJobThatIsAlone() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "sleep 0.3")
        for name in ["a", "b", "c", "d"] { bench.job(name) }
        try bench.write(blocks: [[0], [1], [2, 3]], slots: 2, terms: [1: terms { $0.isAlone = true }])
        #expect(try bench.run() == 0)
        let course = course(bench)
        let begin = try #require(course.firstIndex(of: "+1"))
        #expect(course[begin + 1] == "-1", "\(course)")
        #expect(
            course[..<begin].filter { $0.hasPrefix("+") }.count == course[..<begin].filter { $0.hasPrefix("-") }.count)
        #expect(course.contains("+2") && course.suffix(2).allSatisfy { $0.hasPrefix("-") }, "\(course)")
    }

    @Test func aNodeThatIsAvoidedLeavesTheBlockAlone() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "true")
        for name in ["a", "b"] { bench.job(name) }
        let node = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? ""
        try bench.write(blocks: [[0], [1]], terms: [0: terms { $0.avoid = [node, "other"] }])
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.key.job) == [1])
    }

    @Test func aClassThatARetryAddedIsReadFromItsTable() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "true")
        for name in ["a", "b"] { bench.job(name) }
        bench.resources = Resources(memory: ByteCount(1 << 30))
        try bench.write(blocks: [[0]])
        var more = SizeClass(resources: Resources(memory: ByteCount(2 << 30)), slots: 1, arrays: [])
        more.base = 0
        try bench.put(bench.paths.classes, more.line(number: 1).line + "\n")
        let block = Block(id: "g1-00000", generation: 1, jobs: [1], size: 1)
        try bench.put(bench.paths.blocks, try #require(bench.text(bench.paths.blocks)) + block.json.line + "\n")
        #expect(try bench.run(["--size", "0"]) == 0)
        #expect(bench.endings.map(\.key.job) == [0], "an allocation of the first size can't carry it")
        #expect(try bench.run(["--size", "0", "--size", "1"]) == 0)
        #expect(bench.endings.map(\.key.job).sorted() == [0, 1])
    }

    @Test func aSuccessorLeavesWhatWaitsInALaterGeneration() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "exit 1")
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]])
        let gone = ClaimHolder(
            element: "7_0", restart: 0, source: String(repeating: "d", count: 32), node: "n", lane: "n.0")
        try bench.put(bench.paths.claim(block: "g0-00000", restart: nil), gone.json.line)
        let block = Block(id: "g1-00000", generation: 1, jobs: [1])
        try bench.put(bench.paths.blocks, try #require(bench.text(bench.paths.blocks)) + block.json.line + "\n")
        #expect(try bench.run(["--element", "7_0", "--restart", "1"]) == 0)
        #expect(bench.endings.map { "\($0.key.generation).\($0.key.job)" }.sorted() == ["0.0", "1.1"])
    }

    @Test func anotherAgentWaitsForTheCanaryAndThenGoesOn() throws {
        let bench = try AgentBench()
        // The two behind the canary wait for each other, so both agents are needed.
        bench.stage(
            "s",
            shell: """
                [ {scene.name} = a ] || touch \(bench.root)/begun.{scene.name}
                until [ -e \(bench.root)/go ]; do sleep 0.05; done
                [ {scene.name} = a ] || until [ -e \(bench.root)/begun.b ] && [ -e \(bench.root)/begun.c ]; do sleep 0.05; done
                """)
        for name in ["a", "b", "c"] { bench.job(name) }
        try bench.write(blocks: [[0], [1], [2]], terms: [0: terms { $0.isCanary = true }]) { $0.canaries = 1 }
        let first = try bench.start(["--element", "7_0"])
        #expect(bench.wait(20) { course(bench) == ["+0"] })
        let second = try bench.start(["--element", "7_1"])
        #expect(bench.wait(20) { bench.facts.count { if case .agentStarted = $0.body { true } else { false } } == 2 })
        #expect(!bench.wait(1.5) { course(bench) != ["+0"] || !second.isRunning })
        #expect(course(bench) == ["+0"] && second.isRunning, "nobody else begins")
        try bench.put(bench.root + "/go", "")
        #expect(bench.wait(30) { !first.isRunning && !second.isRunning })
        #expect(bench.endings.map(\.key.job).sorted() == [0, 1, 2])
        #expect(Set(bench.endings.map(\.key.element)).count == 2, "the one that waited took its share")
    }

    @Test func aCanaryThatFailsHaltsTheOthersToo() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "until [ -e \(bench.root)/go ]; do sleep 0.05; done; exit 3")
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0], [1]], terms: [0: terms { $0.isCanary = true }]) { $0.canaries = 1 }
        let first = try bench.start(["--element", "7_0"])
        #expect(bench.wait(20) { course(bench) == ["+0"] })
        let second = try bench.start(["--element", "7_1"])
        try bench.put(bench.root + "/go", "")
        #expect(bench.wait(30) { !first.isRunning && !second.isRunning })
        #expect(course(bench) == ["+0", "-0"])
        let mark = try JSON(parsing: try #require(bench.text(bench.paths.halted)))
        #expect(mark["reason"]?.string?.contains("the canary 'a' did not succeed") == true, "\(mark.line)")
        #expect(bench.facts.count { if case .runHalted = $0.body { true } else { false } } == 1)
        for end in bench.facts.compactMap({ if case .agentEnded(let reason) = $0.body { reason } else { nil } }) {
            #expect(end.contains("the run is halted"))
        }
        // Later ones see the mark, until it is lifted.
        #expect(try bench.run(["--element", "7_2"]) == 0)
        #expect(course(bench) == ["+0", "-0"])
        try FileManager.default.removeItem(atPath: bench.paths.halted)
        try bench.put(bench.paths.lifted, "{\"t\":\(Int64(Date().timeIntervalSince1970 * 1e6))}")
        #expect(try bench.run(["--element", "7_3"]) == 0)
        #expect(bench.endings.map(\.key.job) == [0, 1])
    }

    @Test func aWaitingAgentDoesNotOutlastItsTime() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "sleep 60")
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0], [1]], terms: [0: terms { $0.isCanary = true }]) { $0.canaries = 1 }
        let first = try bench.start(["--element", "7_0"])
        #expect(bench.wait(20) { course(bench) == ["+0"] })
        #expect(try bench.run(["--element", "7_1", "--time-left", "61"]) == 0)
        #expect(first.isRunning && course(bench) == ["+0"])
        first.terminate()
        #expect(bench.wait(30) { !first.isRunning })
    }

    @Test(.enabled(if: MemoryTests.canMakeGroups)) func behindAWantOfMemoryJobsGoOneByOne() throws {
        let bench = try AgentBench()
        bench.stage(
            "s", shell: "[ {scene.name} = a ] && exec perl -e '$n = 300_000_000; $x = q(x) x $n'; sleep 0.5")
        for name in ["a", "b", "c", "d"] { bench.job(name) }
        try bench.write(blocks: [[0, 1, 2, 3]], slots: 2) { plan in
            var rule = RetryPolicy.Rule(attempts: 2)
            rule.runsAlone = true
            plan.retry.rules[.oomHost] = rule
        }
        let group = "\(MemoryTests.mount)/muster-test-\(UUID().uuidString)"
        try #require(mkdir(group, 0o755) == 0)
        defer { for _ in 0..<500 where rmdir(group) != 0 && errno == EBUSY { usleep(10_000) } }
        try Data("\(64 << 20)".utf8).write(to: URL(fileURLWithPath: "\(group)/memory.limit_in_bytes"))
        try bench.run(shell: "echo $$ > \(group)/cgroup.procs")
        let course = course(bench)
        let behind = course[(try #require(course.firstIndex(of: "-0")) + 1)...]
        #expect(Array(behind.suffix(4)) == ["+2", "-2", "+3", "-3"], "\(course)")
    }
}
