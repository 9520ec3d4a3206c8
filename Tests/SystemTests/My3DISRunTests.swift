import Foundation
import MusterCore
import Testing

/// Configs of My3DIS over a tree as large as a real one, and a run of one.
@Suite struct My3DISRunTests {
    private func lab() throws -> Lab {
        let lab = try Lab(scenes: (0..<41).map { "scene_\(10000 + $0)_00/outputs/color" } + ["notes"])
        // Stands in for Python: it says what it was called with, and makes the folder of its output.
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/bin", withIntermediateDirectories: true)
        try lab.write(
            "bin/python3",
            """
            #!/bin/bash
            [ "$1" = -c ] && exit
            printf '%s\\n' "$*" >> calls
            printf '\\rSAM2 tracking [###.................] 3/20 frames ( 15.0%%) → frame 00050'
            """)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(lab.folder)/bin/python3")
        return lab
    }

    /// The three shapes of config that it is used with: one scene by its path, a range, all scenes of a data set.
    private static let configs: [(String, Int, String)] = [
        (
            """
            experiment:
              name: one
              data_path: data/scene_10003_00/outputs/color
              output_root: res/{name}
              levels: [2, 4, 6]
            stages: {gpu: null, tracker: {prompt_mode: none}}
            """, 1, "/res/one/{run.stamp}_L2_4_6_ssam1"
        ),
        (
            """
            experiment:
              name: some
              dataset_root: data
              scene_start: scene_10001_00
              scene_end: scene_10012_00
              output_root: res/{name}
              aggregate_output: true
              run_timestamp: 20251001_120000
              levels: [4]
              tag: t
            stages: {ssam: {min_area: 250}}
            """, 12, "/res/some/20251001_120000/scene_10001_00/{run.stamp}_L4_ssam1_area250_t"
        ),
        (
            """
            experiment:
              dataset_root: data
              scenes: ["__ALL__"]
              output_root: res
              levels: [2, 4]
              parallel_scenes: 3
            stages: {ssam: {append_timestamp: false}, report: {enabled: false}}
            """, 41, "/res/scene_10000_00"
        ),
    ]

    @Test(arguments: configs.indices) func arePlannedUnmodified(index: Int) throws {
        let (text, count, folder) = Self.configs[index]
        let lab = try lab()
        try lab.write("c.yaml", text)
        let result = try lab.muster(["plan", "c.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.count == count)
        #expect(jobs.first?["output_dir"] == .string(lab.folder + folder))
        #expect(result.json == (try lab.muster(["plan", "c.yaml", "--json"]).json))
    }

    @Test func aRunNamesItsFoldersAfterItsOwnTime() throws {
        let lab = try lab()
        try lab.write(
            "c.yaml",
            """
            experiment: {name: two, dataset_root: data, scenes: [scene_10001_00, scene_10000_00], output_root: res, levels: [2],
              parallel_scenes: 2}
            stages: {ssam: {frames: {step: 50}}}
            """)
        let result = try lab.muster(["run", "c.yaml"], path: "\(lab.folder)/bin:/usr/bin:/bin")
        #expect(result.status == 0, "\(result.errors)")
        let folders = try ["scene_10000_00", "scene_10001_00"].map { scene in
            try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/res/\(scene)").filter {
                !$0.hasPrefix(".")
            }
        }
        #expect(folders[0].count == 1 && folders[0] == folders[1], "all jobs of a run share its stamp: \(folders)")
        let name = try #require(folders[0].first)
        #expect(name.wholeMatch(of: /[0-9]{8}_[0-9]{6}_L2_ssam1/) != nil, "\(name)")
        let calls = try String(contentsOfFile: "\(lab.folder)/res/scene_10000_00/\(name)/calls", encoding: .utf8)
        let lines = calls.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].contains("--data-path \(lab.folder)/data/scene_10000_00/outputs/color"))
        #expect(lines[0].contains("--frames 0:-1:50"))
        #expect(lines[3].contains("--report-name report.md"))
    }

    @Test func theDryRunPrintsWhatWasUnderstood() throws {
        let lab = try lab()
        try lab.write(
            "c.yaml", "stages: {ssam: {levels: [1]}}\nexperiment: {output_root: a, name: é, data_path: /nowhere}\n")
        let result = try lab.muster(["run", "--dry-run", "c.yaml", "--override-output", "/b"])
        #expect(result.status == 0)
        #expect(
            result.output == """
                # My3DIS workflow dry run
                # config: \(lab.folder)/c.yaml
                # override_output: /b
                {
                  "experiment": {
                    "data_path": "/nowhere",
                    "name": "é",
                    "output_root": "/b"
                  },
                  "stages": {
                    "ssam": {
                      "levels": [
                        1
                      ]
                    }
                  }
                }

                """, "\(result.output)")
    }

    @Test(arguments: [
        (
            "scenes: [scene_10000_00, scene_7, x]",
            "The following scenes were not found under dataset_root DATA: scene_7, x"
        ),
        (
            "scene_start: scene_10005_00, scene_end: scene_10001_00",
            "scene_end occurs before scene_start; please provide a valid range"
        ),
        ("scene_start: scene_1", "scene_start 'scene_1' not found under dataset_root DATA"),
        ("scenes: [scene_10000_00], scene_start: scene_10005_00", "Scene range selection produced an empty set"),
        ("scenes: [notes]", "data path not found for scene notes: DATA/notes/outputs/color"),
    ]) func wrongScenesAreToldAsInTheOriginal(scenes: String, words: String) throws {
        let lab = try lab()
        try lab.write(
            "c.yaml",
            "experiment: {name: x, dataset_root: data, output_root: res, levels: [1], \(scenes)}\nstages: {ssam: {}}\n")
        let result = try lab.muster(["plan", "c.yaml"])
        #expect(result.status == 3)
        #expect(result.errors.contains(words.replacing("DATA", with: "\(lab.folder)/data")), "\(result.errors)")
        #expect(result.errors.contains("c.yaml:1:"))
    }
}
