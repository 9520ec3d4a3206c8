import MusterCore
import Testing

/// Failures together, what is advised behind them, and what has changed.
@Suite struct FailureTests {
    static func failure(
        _ index: Int, _ ending: Ending, stage: String = "track", node: String? = "n1", second: Int64 = 0
    ) -> Failure {
        Failure(
            index: index, job: "scene_\(index)", attempt: 1,
            key: AttemptKey(job: index, generation: 0, element: "7_0", restart: 0), stage: stage, node: node,
            ended: Timestamp(seconds: second), ending: ending)
    }

    @Test func theLineThatTellsMostMakesAGroupWhateverCameLast() {
        func ended(_ index: Int, _ tail: String, node: String = "n1") -> Failure {
            Self.failure(
                index, Ending(outcome: .failed, exitCode: 1, tail: tail), node: node, second: Int64(100 - index))
        }
        let failures = [
            ended(0, "ValueError: scene 0 has no frames\nsrun: error: n1: task 0: Exited with exit code 1\n"),
            ended(1, "KeyError: 'a'\nsrun: error: n1: task 0: Exited with exit code 1\n"),
            ended(2, "ValueError: scene 2 has no frames\nbye from 2\n", node: "n2"),
            ended(3, "ValueError: scene 3 has no frames\n", node: "n2"),
        ]
        let groups = FailureGroup.groups(failures.reversed())
        #expect(groups.map(\.failures.count) == [3, 1])
        #expect(groups[0].signature.line == "ValueError: scene N has no frames")
        #expect(groups[0].failures.map(\.index) == [0, 2, 3])
        #expect(groups[0].example.index == 3, "the earliest")
        #expect(groups[0].nodes.map(\.name) == ["n2", "n1"])
    }

    @Test func withoutOutputTheCauseMakesTheGroupUnlessThereIsAnExit() {
        let lost = (0..<2).map { Self.failure($0, Ending(outcome: .failed, cause: "the shared run \($0) failed")) }
        #expect(FailureGroup.groups(lost).map(\.signature.line) == ["the shared run N failed"])
        let exit = Self.failure(0, Ending(outcome: .failed, cause: "stage track: exit code 3", exitCode: 3))
        #expect(exit.signature.line == "")
    }

    private static func advice(
        _ ending: Ending, asked: Resources = Resources(), retry: RetryPolicy = .standard, cluster: String = "alps"
    ) -> String {
        let subject = Advice.Subject(
            run: "r-1", config: "my sweep.yaml", cluster: cluster, asked: asked, retry: retry)
        return Advice.behind(failure(0, ending), subject)
            .flatMap { [$0.words] + $0.lines + [$0.command ?? ""] }.joined(separator: "\n")
    }

    @Test func aWantOfMemoryIsAnsweredWithMoreOfIt() {
        let ending = Ending(outcome: .oomHost, peakRSS: 4 << 30, oomKills: 1, memoryLimit: 4 << 30)
        let text = Self.advice(ending)
        #expect(text.contains("muster run 'my sweep.yaml' --cluster alps --set resources.memory=6G"), "\(text)")
        #expect(text.contains("oom_host: {memory: x1.5, attempts: 3}"))
        var retry = RetryPolicy.standard
        retry.rules[.oomHost] = RetryPolicy.Rule(attempts: 3)
        #expect(!Self.advice(ending, retry: retry).contains("oom_host:"), "the config says so already")
    }

    @Test(arguments: [
        (Ending(outcome: .timeout, duration: 3_600_000_000), ["--set resources.time=90m", "timeout: {time: x2"]),
        (Ending(outcome: .failed, exitCode: 127), ["muster check 'my sweep.yaml' --cluster alps"]),
        (
            Ending(outcome: .failed, exitCode: 1),
            ["muster logs scene_0 --run r-1 --stage track", "muster run 'my sweep.yaml' --cluster alps"]
        ),
        (Ending(outcome: .killed, signal: 9), ["nobody told who killed it", "muster logs"]),
        (Ending(outcome: .killed, signal: 11), ["by hand"]),
        (
            Ending(outcome: .oomGPU, peakGPU: 10 << 30),
            ["resources.gpu_memory=11G", "oom_gpu: {set: {track.batch_size: /2}"]
        ),
        (Ending(outcome: .preempted), ["preempted: {attempts: 10}"]),
        (Ending(outcome: .nodeFailed), ["muster doctor alps"]),
        (Ending(outcome: .partial), ["partial: {attempts: 2}"]),
    ]) func whatIsToldToTypeFitsTheEnd(ending: Ending, words: [String]) {
        let text = Self.advice(ending)
        for part in words { #expect(text.contains(part), "\(text)") }
    }

    @Test func onThisMachineNoClusterIsNamed() {
        #expect(!Self.advice(Ending(outcome: .lost), cluster: "local").contains("--cluster"))
    }

    @Test func whatHasChangedIsNamedPartByPart() {
        func side(_ change: (inout RunPlan, inout StageSpec) -> Void, _ values: [JSON.Member], node: String)
            -> PlanChange.Side
        {
            var stage = StageSpec(
                name: "track", command: .shell("track {point.a}"), parameters: [.init("tile", 64), .init("old", 1)])
            stage.program = "aaaaaaaaaaaaaaaaaaaaaaaa"
            var plan = RunPlan(
                run: "r", sweep: "s", cluster: "alps", fingerprint: "f", stages: [],
                resources: Resources(memory: ByteCount(4 << 30)), slots: 1, jobCount: 1, outputRoot: "/o")
            change(&plan, &stage)
            plan.stages = [stage] + plan.stages
            return PlanChange.Side(
                plan: plan, scene: Scene(name: "x", path: "/d/x"), point: Point(id: "p", values: values), node: node)
        }
        let before = side({ _, _ in }, [.init("a", 1)], node: "n1")
        let now = side(
            { plan, stage in
                stage.parameters = [.init("tile", 128)]
                stage.program = "bbbbbbbbbbbbbbbbbbbbbbbb"
                plan.classes[0].resources.memory = ByteCount(2 << 30)
                plan.stages = [StageSpec(name: "more", command: .shell("true"))]
            }, [.init("a", 2)], node: "n2")
        #expect(PlanChange.between(before, before).isEmpty)
        let changes = PlanChange.between(before, now).map { "\($0.what): \($0.before ?? "-") > \($0.now ?? "-")" }
        #expect(
            changes == [
                "a: 1 > 2", "stage track, its program's own files: aaaaaaaaaaaa > bbbbbbbbbbbb",
                "stage track, parameters.tile: 64 > 128", "stage track, parameters.old: 1 > -", "stage more: - > there",
                "resources: memory: 4G > 2G", "the node: n1 > n2",
            ], "\(changes)")
    }

    @Test func whatFailedJobsShareAndNoOtherHasIsNamed() {
        func traits(_ scene: String, _ a: Int64, _ b: Int64, _ node: String?) -> Distinction.Traits {
            Distinction.Traits(
                scene: Scene(name: scene, path: "/"),
                point: Point(id: "", values: [.init("a", .int(a)), .init("b", .int(b))]),
                node: node)
        }
        let failed = [traits("x", 1, 5, "n1"), traits("y", 1, 5, "n1")]
        let succeeded = [traits("x", 2, 5, "n1"), traits("z", 3, 4, "n2")]
        #expect(Distinction.all(failed: failed, succeeded: succeeded) == [Distinction(name: "a", value: "1")])
        #expect(Distinction.all(failed: failed, succeeded: []).isEmpty)
        #expect(Distinction.all(failed: [failed[0]], succeeded: succeeded).isEmpty)
        #expect(
            Distinction.all(failed: failed, succeeded: [traits("z", 1, 5, "n2")])
                == [Distinction(name: "node", value: "n1")])
    }
}
