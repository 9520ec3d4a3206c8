import Testing

@testable import MusterCore

@Suite struct FailureSignatureTests {
    @Test(
        arguments: [
            ("RuntimeError: shape (3, 512) at step 17", "RuntimeError: shape (N, N) at step N"),
            ("error in /data/scene_12/a.tif: 3.25 s", "error in PATH: N s"),
            ("cannot open 'results/a/b.npy'", "cannot open 'PATH'"),
            ("at 0x7fffdeadbeef and deadbeef01", "at HEX and HEX"), ("frame_0012 of film3", "frame_N of filmN"),
            ("  much   blank ", "much blank"), ("10 / 20", "N / N"), ("deadline exceeded", "deadline exceeded"),
            ("12345678901", "N"), ("", ""),
        ]) func whatDiffersFromJobToJobIsReplaced(line: String, normalised: String)
    {
        #expect(FailureSignature.normalised(line) == normalised)
    }

    @Test func aSignatureHasOutcomeStageExitAndLastLine() throws {
        var attempt = AttemptState(key: AttemptKey(job: 0, generation: 0, element: "e", restart: 0))
        #expect(FailureSignature(attempt) == nil)
        let ending = Ending(outcome: .failed, exitCode: 7, tail: "first\nno /such/file 12\n\n")
        for (number, body) in [
            EventBody.stageEnded(attempt.key, stage: "one", Ending(outcome: .succeeded), reused: false),
            .stageEnded(attempt.key, stage: "two", ending, reused: false),
            .jobEnded(attempt.key, ending, superseded: false),
        ].enumerated() {
            attempt.apply(
                Event(
                    run: "r", source: String(repeating: "a", count: 32), sequence: Int64(number) + 1,
                    time: Timestamp(seconds: Int64(number)), monotonic: 0, body: body))
        }
        let signature = try #require(FailureSignature(attempt))
        #expect(signature == .init(outcome: .failed, stage: "two", exit: "exit code 7", line: "no PATH N"))
        #expect(signature.text == "failed in stage 'two', exit code 7: no PATH N")
    }
}

@Suite struct HaltingTests {
    private func situation(
        _ ends: [(Outcome, String)], jobs: Int? = nil, policy: HaltPolicy?, canaries: Int = 0,
        rule: (Outcome, RetryPolicy.Rule)? = nil
    ) -> Steward.Situation {
        var state = RunState()
        for (job, end) in ends.enumerated() {
            let key = AttemptKey(job: job, generation: 0, element: "7_0", restart: 0)
            state.apply(
                Event(
                    run: "r", source: String(repeating: "a", count: 32), sequence: Int64(job) + 1,
                    time: Timestamp(seconds: Int64(job)), monotonic: 0,
                    body: .jobEnded(
                        key, Ending(outcome: end.0, cause: "because", exitCode: 1, tail: end.1), superseded: false)))
        }
        let count = jobs ?? ends.count
        var plan = RunPlan(
            run: "r", sweep: "s", cluster: "c", fingerprint: "", stages: [], resources: Resources(), slots: 1,
            jobCount: count, outputRoot: "/o")
        plan.halt = policy
        if let rule { plan.retry.rules[rule.0] = rule.1 }
        return Steward.Situation(
            state: state, plan: plan, rows: (0..<count).map { Steward.Row(index: $0, id: "j\($0)") },
            blocks: (0..<count).map { job in
                var block = Block(id: "g0-\(job)", generation: 0, jobs: [job])
                block.terms.isCanary = job < canaries
                return block
            })
    }

    private let good = (Outcome.succeeded, "")

    @Test func aShareCountsFromSoManyFailuresOn() {
        let policy = HaltPolicy(failed: 0.2, least: 3, sameSignature: nil)
        func reason(_ failures: Int, _ successes: Int) -> String? {
            let ends =
                Array(repeating: good, count: successes) + (0..<failures).map { (.failed, "error \($0)") }
            return Halting.reason(situation(ends, policy: policy), lifted: nil)
        }
        #expect(reason(1, 0) == nil && reason(2, 0) == nil)
        #expect(reason(3, 0) == "3 of 3 ended jobs failed, which is 20 % or more")
        #expect(reason(3, 12) != nil && reason(3, 13) == nil)
    }

    @Test func equalFailuresCountTogether() {
        let policy = HaltPolicy(failed: nil, sameSignature: 3)
        func reason(_ ends: [(Outcome, String)]) -> String? {
            Halting.reason(situation(ends, policy: policy), lifted: nil)
        }
        #expect(reason([(.failed, "no /a"), (.failed, "no /b"), (.oomGPU, "no /c"), (.failed, "other")]) == nil)
        #expect(
            reason([(.failed, "no /a"), (.failed, "no /b"), good, (.failed, "no /c 1")]) == nil,
            "one more word is another line")
        #expect(
            reason([(.failed, "no /a"), (.failed, "no /b"), good, (.failed, "no /c")])
                == "3 jobs failed in the same way: failed, exit code 1: no PATH")
    }

    @Test func whatGetsAnotherAttemptHasNotFailed() {
        let policy = HaltPolicy(failed: 0.1, least: 1, sameSignature: 2)
        let ends: [(Outcome, String)] = [(.failed, "x"), (.failed, "x")]
        #expect(Halting.reason(situation(ends, policy: policy), lifted: nil) != nil)
        #expect(
            Halting.reason(situation(ends, policy: policy, rule: (.failed, .init(attempts: 2))), lifted: nil) == nil)
        #expect(Halting.reason(situation([(.cancelled, "x"), (.cancelled, "x")], policy: policy), lifted: nil) == nil)
    }

    @Test func whatEndedBeforeAHaltWasLiftedNoLongerCounts() {
        let policy = HaltPolicy(failed: nil, sameSignature: 2)
        let ends: [(Outcome, String)] = [(.failed, "x"), (.failed, "x"), (.failed, "x")]
        #expect(Halting.reason(situation(ends, policy: policy), lifted: Timestamp(seconds: 0)) != nil)
        #expect(Halting.reason(situation(ends, policy: policy), lifted: Timestamp(seconds: 1)) == nil)
    }

    @Test func aCanaryThatFailsForGoodHaltsTheRun() {
        let failed = situation([(.failed, "x")], jobs: 4, policy: nil, canaries: 2)
        #expect(Halting.reason(failed, lifted: nil) == "the canary 'j0' did not succeed: because")
        #expect(Halting.reason(failed, lifted: Timestamp(seconds: 9)) == nil)
        #expect(Halting.awaited(failed).map(\.index) == [0, 1])
        let again = situation(
            [good, (.failed, "x")], jobs: 4, policy: nil, canaries: 2, rule: (.failed, .init(attempts: 2)))
        #expect(Halting.reason(again, lifted: nil) == nil && Halting.needsSteward(again))
        #expect(Halting.awaited(again).map(\.index) == [1])
        let other = situation([good, good, (.failed, "x")], jobs: 4, policy: nil, canaries: 2)
        #expect(Halting.reason(other, lifted: nil) == nil && Halting.awaited(other).isEmpty)
    }

    @Test func canariesAreSpreadOverPointsAndScenes() {
        #expect(Planner.canaries(3, points: 3, scenes: 3) == [0, 4, 8])
        #expect(Planner.canaries(2, points: 1, scenes: 10) == [0, 5])
        #expect(Planner.canaries(2, points: 10, scenes: 1) == [0, 5])
        #expect(Planner.canaries(9, points: 2, scenes: 2) == [0, 1, 2, 3])
        #expect(Planner.canaries(0, points: 2, scenes: 2).isEmpty && Planner.canaries(1, points: 0, scenes: 0) == [0])
        for count in 1...12 { #expect(Set(Planner.canaries(count, points: 3, scenes: 4)).count == count) }
    }

    @Test func canariesHaveBlocksOfTheirOwnBeforeTheOthers() {
        var input = PlanInput(
            sweep: "s", cluster: "c", scenes: (0..<6).map { Scene(name: "\($0)", path: "/\($0)") },
            stages: [StageSpec(name: "run", command: .shell("x"))], outputRoot: "/o", resources: Resources(),
            packing: .auto,
            capacity: Capacity(cpus: 2, gpus: 0, timeLimit: nil, maxArraySize: 100, isLocal: true))
        input.canaries = 2
        let plan = Planner.plan(input)
        #expect(plan.blocks.prefix(2).map(\.jobs) == [[0], [3]])
        #expect(plan.blocks.map(\.terms.isCanary).prefix(3) == [true, true, false])
        #expect(plan.blocks.flatMap(\.jobs).sorted() == Array(0..<6))
        #expect(Set(plan.blocks.map(\.id)).count == plan.blocks.count && plan.runPlan(run: "r").canaries == 2)
        input.canaries = 0
        #expect(!Planner.plan(input).blocks.contains { $0.terms.isCanary })
    }
}
