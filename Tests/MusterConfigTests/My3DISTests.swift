import Foundation
import MusterCore
import Testing

@testable import MusterConfig

/// Configs of My3DIS, read as they are.
@Suite struct My3DISTests {
    static func read(
        _ text: String, variables: [String: String] = [:], strict: Bool = false, output: String? = nil
    ) throws -> SweepReader.Result {
        let preset = #filePath.replacing(
            "Tests/MusterConfigTests/My3DISTests.swift", with: "templates/pipelines/my3dis.yaml")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: preset)))
        var options = SweepReader.Options()
        options.isStrict = strict
        options.variables = variables
        options.outputRoot = output
        options.preset = { $0 == "my3dis" ? .init(file: "my3dis.yaml", bytes: bytes) : nil }
        return SweepReader.read(ConfigFiles(main: .init(file: "c.yaml", bytes: Array(text.utf8))), options)
    }

    /// The words of a stage's command for one scene at one point.
    static func words(_ spec: SweepSpec, _ stage: String, point: [JSON.Member] = []) throws -> String {
        let found = try #require(spec.pipeline.stages.first { $0.name == stage })
        let row = JobRow(
            index: 0, id: "s", scene: Scene(name: "s", path: "/d/s/outputs/color"), point: Point(values: point),
            output: "/o", key: "")
        return try Placeholders(row: row, stage: found, outputDir: "/o", run: "r").arguments(of: found.command)
            .joined(separator: " ")
    }

    private func spec(_ text: String, variables: [String: String] = [:], output: String? = nil) throws -> SweepSpec {
        let result = try Self.read(text, variables: variables, output: output)
        return try #require(result.spec, "\(result.found.map(\.text))")
    }

    private func messages(_ text: String) throws -> String { try Self.read(text).found.map(\.text).joined() }

    private let base = """
        experiment:
          name: base
          dataset_root: /d
          scenes: all
          output_root: /out/{name}
          levels: [2, 4, 6]
        stages:
          ssam: {}

        """

    @Test func theDefaultsAreThoseOfTheOriginal() throws {
        let spec = try spec(base)
        #expect(spec.outputRoot == "/out/base" && spec.datasetRoot == "/d" && spec.scenes == SceneSelection())
        #expect(spec.pipeline.stages.map(\.name) == ["ssam", "filter", "tracker", "report"])
        #expect(
            try Self.words(spec, "ssam")
                == "python3 -m my3dis.generate_candidates --data-path /d/s/outputs/color --output /o --no-timestamp --no-tag-subdir "
                + "--levels 2,4,6 --frames 0:-1:1 --min-area 300 --fill-area 300 --stability-threshold 0.9 --ssam-freq 1 --persist-raw"
        )
        #expect(
            try Self.words(spec, "filter")
                == "python3 -m my3dis.filter_candidates --candidates-root /o --levels 2,4,6 --min-area 300 "
                + "--stability-threshold 0.9 --update-manifest")
        #expect(
            try Self.words(spec, "tracker")
                == "python3 -m my3dis.track_from_candidates --data-path /d/s/outputs/color --candidates-root /o --output /o "
                + "--levels 2,4,6 --iou-threshold 0.6")
        #expect(
            try Self.words(spec, "report")
                == "python3 -m my3dis.generate_report --run-dir /o --report-name report.md --max-width 960")
    }

    @Test func everyKeyReachesItsProgram() throws {
        let text = """
            experiment:
              name: all
              data_path: /d/scene_1/outputs/color
              output_root: /out
              tag: t1
              freq: 9
              sam_ckpt: /m/sam
              sam2_cfg: /m/cfg
              sam2_ckpt: /m/ckpt
            stages:
              gpu: [[0], "cuda:1"]
              ssam:
                levels: [1]
                frames: {from: 10, to: 20, stride: 5}
                ssam_freq: "3"
                min_area: 100
                fill_area: 50
                stability_threshold: 0.8
                add_gaps: true
                downscale_masks: on
                mask_scale_ratio: 0.5
                sam2_max_propagate: 7
                persist_raw: true
                skip_filtering: yes
              filter: {levels: [2], min_area: 20, stability_threshold: 0.7, update_manifest: false, quiet: true}
              tracker:
                levels: [3]
                max_propagate: 0
                sam2_max_propagate: 30
                iou_threshold: 0.5
                prompt_mode: LT_BBOX
                render_viz: false
                comparison_sampling: {stride: 5, max_frames: 0}
              report: {name: r.md, max_width: 640, timing_output: t.json}
            """
        let spec = try spec(text)
        #expect(spec.single == Scene(name: "scene_1", path: "/d/scene_1/outputs/color"))
        #expect(spec.resources.gpus == 2)
        #expect(
            try Self.words(spec, "ssam").hasSuffix(
                "--levels 1 --frames 10:20:5 --sam-ckpt /m/sam --min-area 100 --fill-area 50 --stability-threshold 0.8 --add-gaps "
                    + "--ssam-freq 3 --sam2-max-propagate 7 --experiment-tag t1 --persist-raw --skip-filtering --downscale-masks "
                    + "--mask-scale-ratio 0.5"))
        #expect(
            try Self.words(spec, "filter").hasSuffix("--levels 2 --min-area 20 --stability-threshold 0.7 --quiet"))
        #expect(
            try Self.words(spec, "tracker").hasSuffix(
                "--sam2-cfg /m/cfg --sam2-ckpt /m/ckpt --levels 3 --sam2-max-propagate 30 --iou-threshold 0.5 "
                    + "--long-tail-box-prompt --mask-scale-ratio 0.5 --skip-viz"))
        #expect(try Self.words(spec, "report").hasSuffix("--report-name r.md --max-width 640"))
        let report = try #require(spec.pipeline.stages.last)
        #expect(report.parameters.first { $0.key == "record_timings" }?.value == true)
    }

    @Test(arguments: [
        ("levels: [2]", "frames: {start: 5, end: 50}", "frames: {from: 1, step: 3}", "5:50:3"),
        ("levels: [2]", "frames: {step: 4}", "freq: 7", "0:-1:4"), ("levels: [2]", "freq: 6", "freq: 7", "0:-1:7"),
        ("levels: [2]", "freq: 6", "ssam_freq: 1", "0:-1:6"),
        ("levels: [2]", "frames: {start: -3, end: null}", "frames: {end: 8}", "0:8:1"),
        ("levels: [2]", "frames: '0:10:2'", "frames: {}", "0:-1:1"),
        ("levels: [2]", "frames: {to: '12', stride: '2'}", "ssam_freq: 1", "0:12:2"),
    ]) func framesAreMergedKeyByKeyAndThenBySynonyms(levels: String, experiment: String, stage: String, frames: String)
        throws
    {
        let spec = try spec(
            "experiment: {data_path: /d/x, output_root: /o, \(levels), \(experiment)}\nstages: {ssam: {\(stage)}}\n")
        #expect(try Self.words(spec, "ssam").contains("--frames \(frames) "))
    }

    @Test(
        arguments: [
            ("0", [0]), ("[0, 1]", [0, 1]), ("'0,1 2'", [0, 1, 2]), ("[[0], [1, [0]]]", [0, 1]),
            ("'(cuda:1, GPU:0]'", [1, 0]),
            ("none", []), ("'null'", []), ("-1", []), ("1.5", []), ("true", []), ("'[2'", []), ("[]", []),
        ] as [(String, [Int])]) func gpuSpecifications(text: String, gpus: [Int]) throws
    {
        let node = try #require(Reader(file: "x").parse(Array(text.utf8), file: "x"))
        #expect(My3DIS.gpus(node) == gpus)
    }

    @Test(arguments: [
        ("{}", "20250922_143052_L2_4_6_ssam1"),
        (
            "{ssam_freq: 5, sam2_max_propagate: 30, min_area: 200, add_gaps: true}",
            "20250922_143052_L2_4_6_ssam5_propmax30_area200_gaps"
        ),
        (
            "{fill_area: 10, downscale_masks: true, downscale_ratio: 0.250}",
            "20250922_143052_L2_4_6_ssam1_fill10_scale0.25x"
        ),
        (
            "{min_area: 300, fill_area: 300, downscale_ratio: 0.5, experiment_tag: v2}",
            "20250922_143052_L2_4_6_ssam1_v2"
        ),
        ("{levels: [1], experiment_tag: v2, tag_in_path: off}", "20250922_143052_L1_ssam1"),
        ("{append_timestamp: false, experiment_tag: v2}", "v2"), ("{append_timestamp: false}", ""),
    ]) func runFoldersAreNamedAsInTheOriginal(ssam: String, name: String) throws {
        let spec = try spec(base.replacing("ssam: {}", with: "ssam: \(ssam)"))
        let scene = Scene(name: "scene_1", path: "/d/scene_1")
        let folder = spec.layout.folder(of: scene, at: .only, below: "/out")
        let stamped = folder.replacing(OutputLayout.stamp, with: "20250922_143052")
        #expect(stamped == "/out/scene_1" + (name.isEmpty ? "" : "/\(name)"))
        let point = Point(values: [.init("ssam.min_area", 77)])
        if name.contains("_ssam") {
            #expect(spec.layout.folder(of: scene, at: point, below: "/out").contains("/ssam.min_area-77/scene_1/"))
            #expect(spec.layout.folder(of: scene, at: point, below: "/out").contains("_area77"))
        }
    }

    @Test func aggregateRunsHaveAFolderAroundThem() throws {
        for (more, parent) in [("", OutputLayout.stamp), ("\n  run_timestamp: 20251001_120000", "20251001_120000")] {
            let spec = try spec(base.replacing("levels:", with: "aggregate_output: true\(more)\n  levels:"))
            let folder = spec.layout.folder(of: Scene(name: "a", path: "/d/a"), at: .only, below: "/out")
            #expect(folder.hasPrefix("/out/\(parent)/a/"))
        }
    }

    @Test func pathsComeFromOptionThenVariableThenConfig() throws {
        let variables = ["MY3DIS_OUTPUT_ROOT": "/v/out", "MY3DIS_DATASET_ROOT": "/v/data", "MY3DIS_SAM2_CFG": "/v/cfg"]
        #expect(try spec(base, variables: variables).outputRoot == "/v/out")
        #expect(try spec(base, variables: variables).datasetRoot == "/v/data")
        #expect(try spec(base, variables: variables, output: "/mine").outputRoot == "/mine")
        #expect(try Self.words(try spec(base, variables: variables), "tracker").contains("--sam2-cfg /v/cfg"))
        let single = "experiment: {data_path: /d/x, output_root: /o, levels: [1]}\nstages: {ssam: {}}\n"
        #expect(try spec(single, variables: variables).outputRoot == "/o")
    }

    @Test func disabledStages() throws {
        let text = base.replacing("levels:", with: "run_dir: /old/run\n  levels:").replacing(
            "ssam: {}", with: "ssam: {enabled: false}\n  report: {enabled: no}")
        let spec = try spec(text)
        #expect(spec.pipeline.stages.map(\.name) == ["filter", "tracker"])
        #expect(try Self.words(spec, "filter").contains("--candidates-root /old/run --levels 2,4,6"))
        #expect(try Self.words(spec, "tracker").contains("--candidates-root /old/run --output /o"))
        #expect(
            try messages(base.replacing("ssam: {}", with: "ssam: {enabled: false}")).contains(
                "experiment.run_dir is required"))
        let raw = try Self.read(base.replacing("ssam: {}", with: "ssam: {persist_raw: false}"))
        #expect(raw.spec?.pipeline.stages.map(\.name) == ["ssam", "tracker", "report"])
        #expect(raw.found.contains { $0.severity == .note && $0.message.contains("missing_raw") })
        #expect(raw.spec?.skipped == [SkippedStage(name: "filter", behind: "ssam", reason: "missing_raw")])
        #expect(try self.spec(base).skipped.isEmpty)
    }

    @Test(arguments: [
        ("scenes: all", "scenes: null", "experiment.data_path is required"),
        ("scenes: all", "scenes: [' ', '']", "No scenes resolved for experiment (empty list after processing)"),
        ("scenes: all", "scenes: {a: 1}", "experiment.scenes must be a list, string, or null when provided"),
        ("  levels: [2, 4, 6]\n", "", "Unable to determine levels for stage"),
        ("levels: [2, 4, 6]", "levels: []", "must be a list of whole numbers"),
        ("ssam: {}", "ssam: {ssam_freq: x}", "invalid stages.ssam.ssam_freq: 'x'"),
        ("ssam: {}", "ssam: {fill_area: -1}", "invalid stages.ssam.fill_area: '-1'"),
        ("ssam: {}", "ssam: {max_masks_per_level: many}", "invalid stages.ssam.max_masks_per_level: 'many'"),
        ("ssam: {}", "ssam: {frames: {step: 0}}", "frame step must be positive, got 0"),
        ("ssam: {}", "ssam: {freq: abc}", "invalid frame step specification: 'abc'"),
        ("ssam: {}", "tracker: {prompt_mode: box_only}", "'stages.tracker.prompt_mode' can't be 'box_only'"),
        ("ssam: {}", "tracker: {downscale_masks: true, downscale_ratio: 1.5}", "above 0 and at most 1"),
        ("ssam: {}", "tracker: {comparison_sampling: 7}", "'stages.tracker.comparison_sampling' must be a mapping"),
        ("ssam: {}", "tracker: {comparison_sampling: {stride: 0}}", "comparison_sampling.stride: '0'"),
        ("  name: base\n", "", "uses {name}, but there is no 'experiment.name'"),
        ("  output_root: /out/{name}\n", "", "'experiment.output_root' is missing"),
        ("  dataset_root: /d\n", "", "'experiment.dataset_root' is missing"),
    ]) func mistakesSpeakAsTheOriginalDoes(find: String, put: String, words: String) throws {
        let text = base.replacing(find, with: put)
        #expect(text != base)
        let result = try Self.read(text)
        #expect(result.spec == nil)
        #expect(result.found.map(\.text).joined().contains(words), "\(result.found.map(\.text).joined())")
    }

    @Test(arguments: [
        ("ssam: {}", "ssam: {min_aera: 3}", "unknown key 'min_aera' in 'stages.ssam'; did you mean 'min_area'?"),
        ("name: base", "name: 00065_00", "00065_00 is read as written; by YAML 1.1 it would be the number 3392"),
        ("levels: [2, 4, 6]", "levels: '246'", "is read digit by digit"),
        ("levels:", "parallel_scenes: many\n  levels:", "is no number: 'many'; 1 is taken"),
        ("ssam: {}", "tracker: {max_propagate: lots}", "is no number: 'lots'; no limit is taken"),
        ("levels:", "frames: '0:10:2'\n  levels:", "'experiment.frames' is ignored: it must be a mapping"),
    ]) func whatTheOriginalSwallowsIsAWarningAndStrictAnError(find: String, put: String, words: String) throws {
        let text = base.replacing(find, with: put)
        let lax = try Self.read(text)
        #expect(lax.spec != nil, "\(lax.found.map(\.text))")
        #expect(
            lax.found.contains { $0.severity == .warning && $0.message.contains(words) }, "\(lax.found.map(\.text))")
        #expect(try Self.read(text, strict: true).spec == nil)
    }

    @Test func whatHasAnotherMeaningHereIsNoted() throws {
        let text = base.replacing(
            "levels:", with: "parallel_scenes: '2'\n  force_parallel: true\n  isolate_scenes: false\n  levels:"
        )
        .replacing("ssam: {}", with: "gpu: 1\n  ssam: {gpu: 0}")
        let result = try Self.read(text, strict: true)
        #expect(result.spec?.localSlots == 2 && result.spec?.resources.gpus == 1)
        #expect(result.found.count { $0.severity == .note } == 5, "\(result.found.map(\.text))")
    }

    @Test func otherConfigsAreNotTakenForIt() throws {
        for text in [
            "experiment: {name: a, dataset_root: b}\nstages: {segment: {}}\n",
            "experiment: {name: a, dataset_root: b}\n",
            "experiment: {name: a, data_path: b}\npipeline: cellpipe\n", "pipeline: {command: x}\nstages: {ssam: {}}\n",
        ] {
            #expect(try !Self.read(text).isMy3DIS)
        }
        #expect(try Self.read("pipeline: my3dis\nexperiment: {}\n").isMy3DIS)
        #expect(try Self.read("experiment: {data_path: /x, levels: [1]}\n").isMy3DIS)
    }

    @Test func recordsAreKeptUnderThePresetAlone() throws {
        let good = try Self.read(base.replacing("levels:", with: "output_layout: Scene_Level\n  levels:"))
        #expect(good.records == .my3dis && good.spec?.pipeline.records == .my3dis)
        #expect(good.spec?.layoutName == "scene_level")
        #expect(try spec(base.replacing("levels:", with: "output_layout: aggregate\n  levels:")).layoutName == nil)
        let broken = try Self.read("experiment: {levels: [1]}\n")
        #expect(broken.spec == nil && broken.records == .my3dis, "known also of a config with mistakes")
        let other = "experiment: {name: a, dataset_root: b}\npipeline: {command: x}\n"
        #expect(try Self.read(other).records == nil)
        #expect(try Self.read(other.replacing("command: x", with: "command: x, records: my3dis")).records == .my3dis)
        let wrong = try Self.read(other.replacing("command: x", with: "command: x, records: my3ds"))
        #expect(wrong.found.first?.text.contains("can't be 'my3ds'; did you mean 'my3dis'?") == true)
    }
}
