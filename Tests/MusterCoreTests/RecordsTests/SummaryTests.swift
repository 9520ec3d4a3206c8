import MusterCore
import Testing

/// `workflow_summary.json`, `stage_timings.json` and `summary.json` from values.
@Suite struct SummaryTests {
    static let now = LocalTime(Timestamp(seconds: 1_761_114_652), offset: 28800)

    private var plan: RunPlan {
        func stage(_ name: String, _ parameters: [JSON.Member]) -> StageSpec {
            StageSpec(name: name, command: .argv(["p"]), parameters: parameters)
        }
        return RunPlan(
            run: "r", sweep: "exp", cluster: "local", fingerprint: "",
            stages: [
                stage("ssam", [.init("levels", [2, 4]), .init("experiment_tag", "t")]),
                stage("tracker", [.init("iou_threshold", .double(0.6))]),
                stage("report", [.init("report_name", "report.md")]),
            ], resources: Resources(), slots: 1, jobCount: 2, outputRoot: "/out/exp")
    }

    private func row(_ values: [JSON.Member] = []) -> JobRow {
        JobRow(
            index: 1, id: "scene_1", scene: Scene(name: "scene_1", path: "/d/scene_1/outputs/color"),
            point: Point(values: values), output: "/out/exp/20251022_143000/scene_1/run", key: "k")
    }

    private var entries: [StageEntry] {
        var ssam = StageEntry(
            name: "ssam",
            ending: Ending(outcome: .succeeded, exitCode: 0, duration: 1_200_000_000, peakRSS: 3 << 30),
            started: "2025-10-22T14:00:00+08:00", ended: "2025-10-22T14:20:00+08:00")
        ssam.gpus = "0,GPU-5a"
        ssam.samples = 1200
        ssam.parameters = [.init("levels", [2, 4])]
        var tracker = StageEntry(
            name: "tracker",
            ending: Ending(
                outcome: .succeeded, exitCode: 0, duration: 2_578_200_000, peakRSS: 1 << 20, peakGPU: 5 << 29),
            started: "a", ended: "b")
        tracker.isReused = true
        let skipped = StageEntry(SkippedStage(name: "filter", behind: "ssam", reason: "missing_raw"))
        return [ssam, skipped, tracker]
    }

    private func summary(_ entries: [StageEntry], values: [JSON.Member] = []) -> WorkflowSummary {
        var record = ExperimentRecord(
            configPath: "/c/c.yaml", invokedAt: "2025-10-22T13:59:00+08:00", config: ["experiment": ["name": "exp"]],
            name: "exp")
        record.hasRunFolder = true
        record.parent = "20251022_143000"
        record.sceneStart = "scene_0"
        return WorkflowSummary(
            experiment: record, scenes: ["scene_0", "scene_1"], plan: plan, row: row(values),
            folder: row().output, entries: entries, environment: ["torch": .null], now: Self.now)
    }

    @Test func timingsAreThoseOfTheStagesAndTheirSum() throws {
        #expect(
            StageTimings.json(entries, now: Self.now).pretty == """
                {
                  "generated_at": "2025-10-22T14:30:52+08:00",
                  "total_duration_sec": 3778.2,
                  "total_duration_text": "01:02:58",
                  "stages": [
                    {
                      "stage": "ssam",
                      "duration_sec": 1200.0,
                      "duration_text": "20:00",
                      "started_at": "2025-10-22T14:00:00+08:00",
                      "ended_at": "2025-10-22T14:20:00+08:00",
                      "gpu": [
                        0,
                        "GPU-5a"
                      ],
                      "cpu_peak_rss_bytes": 3221225472,
                      "cpu_peak_rss_mib": 3072.0,
                      "cpu_samples": 1200,
                      "resource_poll_interval_sec": 1.0
                    },
                    {
                      "stage": "filter",
                      "duration_sec": 0.0,
                      "duration_text": null,
                      "started_at": null,
                      "ended_at": null,
                      "gpu": null
                    },
                    {
                      "stage": "tracker",
                      "duration_sec": 2578.2,
                      "duration_text": "42:58",
                      "started_at": "a",
                      "ended_at": "b",
                      "gpu": null,
                      "cpu_peak_rss_bytes": 1048576,
                      "cpu_peak_rss_mib": 1.0,
                      "cpu_samples": 0,
                      "gpu_peak_reserved_bytes": 2684354560,
                      "gpu_peak_reserved_mib": 2560.0,
                      "resource_poll_interval_sec": 1.0
                    }
                  ]
                }
                """)
    }

    @Test func theSummaryHasTheOriginalsKeys() throws {
        let json = summary(entries).json
        #expect(
            json.members?.map(\.key) == [
                "config_path", "invoked_at", "config_snapshot", "experiment", "order", "stages", "artifacts",
                "generated_at", "run_dir", "environment",
            ])
        #expect(
            json["experiment"]?.line
                == #"{"name":"exp","scene":"scene_1","scene_root":"/d/scene_1","dataset_root":"/d","data_path":"/d/scene_1/outputs/color","output_root":"/out/exp","levels":[2,4],"tag":"t","scene_output_root":"/out/exp/20251022_143000/scene_1","parent_experiment":"exp","experiment_root":"/out/exp/20251022_143000","scene_index":1,"scene_list":["scene_0","scene_1"],"scene_start":"scene_0","scene_end":null}"#
        )
        #expect(json["order"] == ["ssam", "filter", "tracker"], "a disabled stage leaves no trace")
        #expect(json["stages"]?.members?.map(\.key) == ["ssam", "filter", "tracker"])
        #expect(json["stages"]?["filter"] == ["skipped": "missing_raw"])
        #expect(
            json["stages"]?["ssam"]?.line
                == #"{"started_at":"2025-10-22T14:00:00+08:00","gpu":[0,"GPU-5a"],"ended_at":"2025-10-22T14:20:00+08:00","duration_sec":1200.0,"duration_text":"20:00","exit_code":0,"resources":{"cpu":{"peak_rss_bytes":3221225472,"peak_rss_mib":3072.0,"samples":1200},"poll_interval_sec":1.0},"params":{"levels":[2,4]},"artifacts":{},"warnings":[]}"#
        )
        #expect(json["stages"]?["tracker"]?["reused"] == true)
        #expect(json["stages"]?["tracker"]?["resources"]?["gpu"]?["total_reserved_mib"] == .double(2560))
    }

    @Test func aPointsOwnValuesAreTold() throws {
        let json = summary(entries, values: [.init("ssam.levels", [6])]).json
        #expect(json["experiment"]?["levels"] == [6])
        #expect(json["experiment"]?["point"] == ["ssam.levels": [6]])
    }

    @Test func aFailureTellsItsErrorAndHowItEnded() throws {
        var entry = StageEntry(
            name: "ssam", ending: Ending(outcome: .failed, exitCode: 3, tail: "one\nRuntimeError: two\n\n"))
        var whole = summary([entry])
        whole.error = "stage 'ssam' ended with exit code 3"
        #expect(whole.json["stages"]?["ssam"]?["error"] == "exit code 3: RuntimeError: two")
        #expect(whole.json["stages"]?["ssam"]?["exit_code"] == 3)
        #expect(whole.json["error"] == "stage 'ssam' ended with exit code 3")
        entry.ending = Ending(outcome: .killed, signal: 9)
        #expect(summary([entry]).json["stages"]?["ssam"]?["error"] == "signal 9")
        #expect(summary([entry]).json["stages"]?["ssam"]?["signal"] == 9)
    }

    @Test func whatLiesThereIsNamed() throws {
        var whole = summary(entries)
        whole.found.files = ["manifest.json", "relations.json"]
        whole.found.warnings = [["code": "a", "stage": "tracker"], ["code": "b", "stage": "ssam"]]
        let json = whole.json
        #expect(json["artifacts"]?["relations"] == .string("\(row().output)/relations.json"))
        #expect(json["stages"]?["tracker"]?["warnings"] == [["code": "a", "stage": "tracker"]])
        #expect(json["stages"]?["ssam"]?["artifacts"] == ["manifest": .string("\(row().output)/manifest.json")])
    }

    @Test func theSceneLevelOrderAddsItsOwnSummary() throws {
        var whole = summary(entries)
        whole.experiment.layout = "scene_level"
        whole.moves = [.init(from: "level_2/viz/compare/a.png", to: "level_2/compare/a.png")]
        whole.found.levels = [4, 2, 4]
        whole.found.files = ["manifest.json"]
        let path = JSON.string("\(row().output)/summary.json")
        #expect(whole.json["summary_json"] == path)
        #expect(
            whole.json["artifacts"]?["scene_layout"] == [
                "name": "scene_level", "summary": path,
                "moved": ["level_2/viz/compare/a.png": "level_2/compare/a.png"],
            ])
        let scene = whole.sceneJSON
        #expect(
            scene.members?.map(\.key) == [
                "generated_at", "scene", "experiment", "config", "stages", "manifest", "levels", "timings",
            ])
        #expect(scene["levels"] == [2, 4] && scene["scene"] == "scene_1")
        #expect(scene["timings"]?["total_duration_text"] == "01:02:58")
    }

    @Test func aReusedStageTellsWhatItsOwnAttemptTold() throws {
        let told = summary(entries).json["stages"]?["ssam"]
        let entry = StageEntry(reused: "ssam", duration: 1_200_000_000, summary: told)
        #expect(entry.isReused && entry.started == "2025-10-22T14:00:00+08:00" && entry.gpus == "0,GPU-5a")
        #expect(entry.ending?.peakRSS == 3 << 30 && entry.samples == 1200)
        let unknown = StageEntry(reused: "ssam", duration: 2_000_000, summary: nil)
        #expect(summary([unknown]).json["stages"]?["ssam"]?["duration_text"] == "00:02")
        #expect(summary([unknown]).json["stages"]?["ssam"]?["started_at"] == .null)
    }

    @Test func theExperimentIsReadAsItWasWritten() throws {
        var record = summary([]).experiment
        record.skipped = [SkippedStage(name: "filter", behind: "ssam", reason: "missing_raw")]
        record.layout = "scene_level"
        #expect(ExperimentRecord(json: try JSON(parsing: record.json.line)) == record)
    }

    @Test(arguments: [
        ("t.json", "t.json"), ("a/t.json", "a/t.json"), ("/t.json", "stage_timings.json"),
        ("../t.json", "stage_timings.json"), (".muster/job.json", "stage_timings.json"), ("", "stage_timings.json"),
    ]) func timingsStayWithinTheResult(named: String, file: String) {
        let report = StageSpec(
            name: "report", command: .argv(["p"]), parameters: [.init("timing_output", .string(named))])
        #expect(StageTimings.file([report], at: .only) == file)
        #expect(StageTimings.file([], at: .only) == "stage_timings.json")
    }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
