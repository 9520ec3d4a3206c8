import Foundation
import MusterCore
import TestSupport
import Testing

/// My3DIS's records of a run on Slurm, reached over SSH.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmRecordsTests {
    @Test func recordsAreWrittenWhereTheResultsLie() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["scene_0/outputs/color", "scene_1/outputs/color"])
        try FileManager.default.createDirectory(
            atPath: "\(lab.folder)/templates/pipelines", withIntermediateDirectories: true)
        // Its own preset, for programs that lie elsewhere.
        try lab.write(
            "templates/pipelines/my3dis.yaml",
            """
            name: my3dis
            scene: {folders: {prefer: scene_, expect: [outputs/color], path: outputs/color}}
            records: my3dis
            stages:
              - {name: ssam, command: 'echo "{\\"levels\\": [2], \\"root\\": \\"$PWD\\"}" > manifest.json', produces: [c]}
              - {name: filter, command: 'true', requires: [c], produces: [f]}
              - {name: tracker, command: 'case {scene.name} in scene_1) echo no luck; exit 4;; esac', requires: [f], produces: [t]}
              - {name: report, command: 'true', requires: [t]}
            """)
        try lab.write(
            "c.yaml",
            """
            experiment: {name: recs, dataset_root: \(data), scenes: all, output_root: \(data)/out, levels: [2],
              aggregate_output: true, run_timestamp: agg}
            stages: {ssam: {append_timestamp: false}}
            resources: {memory: 64M, time: 5m}
            packing: element
            """)
        try TestCluster.run("chown", ["-R", "hpcuser:", data])
        let result = try lab.muster(["run", "c.yaml", "--cluster", "testbed.yaml"])
        #expect(result.status == 1, "\(result.errors)")
        #expect(!result.errors.contains("was not written"), "\(result.errors)")
        let root = "\(data)/out/agg"
        let summary = try JSON(parsing: TestCluster.text("\(root)/scene_0/workflow_summary.json"))
        #expect(summary["config_path"] == .string("\(lab.folder)/c.yaml"))
        #expect(summary["config_snapshot"]?["experiment"]?["name"] == "recs")
        #expect(summary["order"]?.line == #"["ssam","filter","tracker","report"]"#)
        let manifest = try JSON(parsing: TestCluster.text("\(root)/scene_0/manifest.json"))
        #expect(manifest["root"] == .string("\(root)/scene_0"))
        let experiment = try JSON(parsing: TestCluster.text("\(root)/experiment_summary.json"))
        #expect(experiment["runs"]?.array?.compactMap { $0["run_dir"]?.string } == ["scene_0"])
        #expect(experiment["experiment"]?["failed"]?.line == #"["scene_1"]"#)
        let told = try TestCluster.text("\(lab.folder)/logs/workflow_notifications.log")
        #expect(told.contains("- scene_0: \(root)/scene_0\n"))
        #expect(told.contains("Scene scene_1 failed: stage 'tracker' ended with exit code 4\n  no luck\n"))
    }
}
