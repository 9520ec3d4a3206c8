import MusterCore
import Testing

/// What is written when a run ends, and where records stand in a plan.
@Suite struct RunRecordsTests {
    private func time(_ seconds: Int64, _ tenths: Int64 = 0) -> LocalTime {
        LocalTime(Timestamp(microseconds: seconds * 1_000_000 + tenths * 100_000), offset: 28800)
    }

    @Test func aSuccessListsItsRuns() {
        let notification = RunNotification(
            run: "exp-1", config: "/c.yaml", started: time(1_761_114_652), finished: time(1_761_118_430, 2),
            finishedJobs: [.init(label: "scene_0", folder: "/o/scene_0"), .init(label: "p/s", folder: "/o/p/s")])
        #expect(
            notification.text == """
                [2025-10-22T15:33:50+08:00] status=SUCCESS config=/c.yaml
                Status: SUCCESS
                Config: /c.yaml
                Started: 2025-10-22T14:30:52+08:00
                Finished: 2025-10-22T15:33:50+08:00
                Duration: 01:02:58 (3778.2s)
                Run: exp-1

                Runs:
                - scene_0: /o/scene_0
                - p/s: /o/p/s


                """)
    }

    @Test func aFailureTellsWhatHadFinishedAndWhatNot() {
        let notification = RunNotification(
            run: "exp-1", config: "/c.yaml", started: time(1_761_114_652), finished: time(1_761_114_712),
            finishedJobs: [.init(label: "a", folder: "/o/a")],
            failedJobs: [
                .init(label: "c", folder: "/o/.c", cause: "exit code 1", tail: "x\n\nValueError: y\n"),
                .init(label: "b", folder: "/o/.b", cause: "killed"),
            ])
        #expect(
            notification.text.hasSuffix(
                """
                Duration: 01:00 (60.0s)
                Run: exp-1

                Runs:
                - a: /o/a

                Error: One or more scene workflows failed: c, b

                Traceback:
                Scene c failed: exit code 1
                  x
                  ValueError: y
                Scene b failed: killed


                """), "\(notification.text)")
        #expect(notification.text.contains("status=FAILURE"))
    }

    @Test func whatWasNotSubmittedHasAnErrorAlone() {
        let text = RunNotification(
            run: nil, config: "/c.yaml", started: time(0), finished: time(0), error: "no such scene"
        ).text
        #expect(text.hasSuffix("Duration: 00:00 (0.0s)\n\nError: no such scene\n\n"))
        #expect(text.contains("Status: FAILURE"))
    }

    @Test func theExperimentsSummaryNamesRunsFromItsOwnFolder() {
        let summary = ExperimentSummary(
            name: "exp", timestamp: "20251022_143000", root: "/o/20251022_143000", scenes: ["a", "b"], failed: ["b"],
            entries: [.init(scene: "a", point: "", output: "/o/20251022_143000/a/run", levels: [2])],
            summary: "summary.json")
        #expect(
            summary.json(now: time(1_761_114_652)).line
                == #"{"generated_at":"2025-10-22T14:30:52+08:00","experiment":{"name":"exp","timestamp":"20251022_143000","scenes":["a","b"],"output_root":"/o/20251022_143000","failed":["b"]},"runs":[{"scene":"a","run_dir":"a/run","summary_json":"a/run/summary.json","levels":[2]}]}"#
        )
    }

    @Test func recordsAreNoPartOfWhatMakesAResult() throws {
        var input = PlanInput(
            sweep: "s", cluster: "local", scenes: [Scene(name: "a", path: "/d/a")],
            stages: [StageSpec(name: "x", command: .argv(["x"]))], outputRoot: "/o", resources: Resources(),
            packing: .auto, capacity: Capacity(cpus: 1, gpus: 0, timeLimit: nil, maxArraySize: 10, isLocal: true))
        let plain = Planner.plan(input)
        input.records = .my3dis
        let recorded = Planner.plan(input)
        #expect(plain.jobs == recorded.jobs && plain.fingerprint == recorded.fingerprint)
        let plan = recorded.runPlan(run: "r")
        #expect(plan.records == .my3dis && plain.runPlan(run: "r").records == nil)
        #expect(RunPlan(json: try JSON(parsing: plan.json.line)) == plan)
    }
}
