import Foundation
import MusterCore
import Testing

/// The records of My3DIS, as a run of one of its configs leaves them.
@Suite struct My3DISRecordsTests {
    private func lab() throws -> Lab {
        let lab = try Lab(scenes: ["scene_0", "scene_1", "scene_2"].map { "\($0)/outputs/color" })
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/bin", withIntermediateDirectories: true)
        // Stands in for Python: its first stage leaves a level, and has no luck with one scene.
        try lab.write(
            "bin/python3",
            """
            #!/bin/bash
            [ "$1" = -c ] && { echo '{"python": {"version": "3.11.2"}}'; exit; }
            [ "$2" = my3dis.generate_candidates ] || exit 0
            mkdir -p level_2/tracking level_2/viz/compare
            touch level_2/tracking/video_segments.npz level_2/viz/compare/1.png
            echo "{\\"levels\\": [2], \\"output_root\\": \\"$PWD\\", \\"image\\": \\"$PWD/level_2/viz/compare/1.png\\"}" > manifest.json
            case "$*" in *scene_1*) echo "ValueError: no masks" >&2; exit 1;; esac
            """)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(lab.folder)/bin/python3")
        try lab.write(
            "c.yaml",
            """
            experiment: {name: rec, dataset_root: data, scenes: all, output_root: res, levels: [2], aggregate_output: true,
              run_timestamp: 20251022_143000, output_layout: scene_level}
            stages: {ssam: {append_timestamp: false, persist_raw: false}, report: {timing_output: times.json}}

            """)
        return lab
    }

    private func run(_ lab: Lab, _ arguments: [String]) throws -> Lab.Result {
        try lab.muster(
            arguments, path: "\(lab.folder)/bin:/usr/bin:/bin",
            environment: ["TZ": "Asia/Kathmandu", "AWS_SECRET_ACCESS_KEY": "hush"])
    }

    private func json(_ lab: Lab, _ path: String) throws -> JSON {
        try JSON(parsing: try text(lab, path))
    }

    private func text(_ lab: Lab, _ path: String) throws -> String {
        try String(contentsOfFile: "\(lab.folder)/\(path)", encoding: .utf8)
    }

    @Test func aRunLeavesTheFilesOfTheOriginal() throws {
        let lab = try lab()
        let result = try run(lab, ["run", "c.yaml"])
        #expect(result.status == 1, "\(result.errors)")
        let root = "res/20251022_143000"

        let summary = try json(lab, "\(root)/scene_2/workflow_summary.json")
        #expect(summary["config_path"] == .string("\(lab.folder)/c.yaml"))
        #expect(summary["config_snapshot"]?["stages"]?["report"]?["timing_output"] == "times.json")
        #expect(summary["experiment"]?["scene_index"] == 2)
        #expect(summary["experiment"]?["scene_root"] == .string("\(lab.folder)/data/scene_2"))
        #expect(summary["experiment"]?["scene_output_root"] == .string("\(lab.folder)/\(root)/scene_2"))
        #expect(summary["experiment"]?["experiment_root"] == .string("\(lab.folder)/\(root)"))
        #expect(summary["order"]?.line == #"["ssam","filter","tracker","report"]"#)
        #expect(summary["stages"]?["filter"]?.line == #"{"skipped":"missing_raw"}"#)
        #expect(summary["run_dir"] == .string("\(lab.folder)/\(root)/scene_2"))
        #expect(summary["summary_json"] == .string("\(lab.folder)/\(root)/scene_2/summary.json"))
        for key in ["invoked_at", "generated_at"] {
            #expect(summary[key]?.string?.hasSuffix("+05:45") == true, "\(key)")
        }
        #expect(try json(lab, "\(root)/scene_2/times.json")["stages"]?.array?.count == 4)
        let manifest = try json(lab, "\(root)/scene_2/manifest.json")
        #expect(manifest["image"] == .string("\(lab.folder)/\(root)/scene_2/level_2/compare/1.png"))
        #expect(try json(lab, "\(root)/scene_2/summary.json")["levels"]?.line == "[2]")
        #expect(try json(lab, "\(root)/scene_2/environment_snapshot.json")["platform"]?["system"] == "Linux")
        #expect(try !text(lab, "\(root)/scene_2/workflow_summary.json").contains("hush"))

        let experiment = try json(lab, "\(root)/experiment_summary.json")
        #expect(experiment["experiment"]?["failed"]?.line == #"["scene_1"]"#)
        #expect(
            experiment["runs"]?.array?.compactMap { $0["summary_json"]?.string }
                == ["scene_0/summary.json", "scene_2/summary.json"])

        let left = try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/\(root)")
        let attempt = try #require(left.first { $0.hasPrefix(".scene_1.attempt.") })
        let failed = try json(lab, "\(root)/\(attempt)/workflow_summary.json")
        #expect(failed["stages"]?["ssam"]?["error"] == "exit code 1: ValueError: no masks")
        #expect(failed["order"]?.line == #"["ssam"]"#)
    }

    @Test func theEndOfARunIsToldOnce() throws {
        let lab = try lab()
        _ = try run(lab, ["run", "c.yaml"])
        let told = try text(lab, "logs/workflow_notifications.log")
        let root = "\(lab.folder)/res/20251022_143000"
        let form =
            #/\[(.*)\] status=FAILURE config=(.*)\nStatus: FAILURE\nConfig: .*\nStarted: .*\+05:45\nFinished: .*\+05:45\nDuration: \d\d:\d\d \(\d+\.\ds\)\nRun: rec-.*\n\nRuns:\n- scene_0: (.*)\n- scene_2: (.*)\n\nError: (.*)\n\nTraceback:\nScene scene_1 failed: (.*)\n  ValueError: no masks\n\n/#
        let match = try #require(told.wholeMatch(of: form), "\(told)")
        #expect(match.1.hasSuffix("+05:45") && match.2 == "\(lab.folder)/c.yaml")
        #expect(match.3 == "\(root)/scene_0" && match.4 == "\(root)/scene_2")
        #expect(match.5 == "One or more scene workflows failed: scene_1")
        #expect(match.6 == "stage 'ssam' ended with exit code 1")
        _ = try run(lab, ["watch", "last"])
        #expect(try text(lab, "logs/workflow_notifications.log") == told)
    }

    @Test func everyStartHasARow() throws {
        let lab = try lab()
        try lab.write("broken.yaml", "experiment: {output_root: a, levels: [1]}\nstages: {ssam: {}}\n")
        #expect(try run(lab, ["run", "--dry-run", "c.yaml"]).status == 0)
        #expect(try run(lab, ["run", "broken.yaml"]).status == 3)
        #expect(try run(lab, ["run", "c.yaml", "--set", "experiment.scenes=[nope, \"a,b\"]"]).status == 3)
        let rows = try text(lab, "logs/run_pid_map.csv").split(separator: "\r\n")
        #expect(rows.first == "timestamp,pid,stdout_target,command,config")
        try #require(rows.count == 4, "\(rows)")
        let form = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:45,\d+,(.*),(.*) run (.*),(.*)/#
        for (row, words, config) in [(rows[1], "--dry-run c.yaml", "c"), (rows[2], "broken.yaml", "broken")] {
            let match = try #require(row.wholeMatch(of: form), "\(row)")
            #expect(match.1 == "\(lab.folder)/out" && match.2.hasSuffix("/muster") && match.3 == words)
            #expect(match.4 == "\(lab.folder)/\(config).yaml")
        }
        #expect(rows[3].contains(#","#) && rows[3].contains(#"'experiment.scenes=[nope, ""a,b""]'"#), "\(rows[3])")
        // Only what could be read has an end to tell of.
        let told = try text(lab, "logs/workflow_notifications.log")
        #expect(told.components(separatedBy: "Status: FAILURE").count == 2)
        #expect(told.contains("The following scenes were not found under dataset_root \(lab.folder)/data: nope, a,b"))
        #expect(!told.contains("Run:"))
    }

    @Test func aManifestThatJobsShareNamesFilesThatAreThere() throws {
        let lab = try lab()
        // The candidates are the same for both points; the tracker looks for what the manifest names.
        try lab.write(
            "bin/python3",
            """
            #!/bin/bash
            case "$2" in
            my3dis.generate_candidates)
                echo x > mask.npz; echo "{\\"image\\": \\"$PWD/mask.npz\\"}" > manifest.json; echo ran >> \(lab.folder)/ssam ;;
            my3dis.track_from_candidates)
                path=$(grep -o '/[^"]*' manifest.json); [ -e "$path" ] || { echo "no $path"; exit 1; } ;;
            esac
            """)
        try lab.write(
            "s.yaml",
            """
            experiment: {name: swept, dataset_root: data, scenes: [scene_0], output_root: res, levels: [2]}
            stages: {ssam: {append_timestamp: false}}
            sweep: {matrix: {tracker.iou_threshold: [0.5, 0.6]}}
            """)
        let result = try run(lab, ["run", "s.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try text(lab, "ssam") == "ran\n", "the candidates were made once")
        let jobs = try #require(result.json?["jobs"]?.array)
        try #require(jobs.count == 2, "\(jobs.map(\.line))")
        for job in jobs {
            let output = "\(lab.folder)/res/\(job["id"]?.string ?? "")"
            let manifest = try JSON(parsing: String(contentsOfFile: "\(output)/manifest.json", encoding: .utf8))
            #expect(manifest["image"] == .string("\(output)/mask.npz"))
            #expect(FileManager.default.fileExists(atPath: "\(output)/mask.npz"))
            let summary = try JSON(parsing: String(contentsOfFile: "\(output)/workflow_summary.json", encoding: .utf8))
            #expect(summary["stages"]?["ssam"]?["reused"] == true)
            #expect(summary["stages"]?["ssam"]?["started_at"]?.string?.hasSuffix("+05:45") == true)
            #expect(
                summary["stages"]?["tracker"]?["params"]?["iou_threshold"]
                    == summary["experiment"]?["point"]?["tracker.iou_threshold"])
        }
    }

    @Test func otherPipelinesLeaveNoSuchFiles() throws {
        let lab = try Lab()
        try lab.write(
            "s.yaml",
            "experiment: {name: s, dataset_root: data, scenes: [scene_0], output_root: res}\npipeline: {command: 'true'}\n"
        )
        let result = try run(lab, ["run", "s.yaml"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/logs"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/res/scene_0") == [".muster"])
    }

    @Test func aLogThatCantBeWrittenIsAWarning() throws {
        let lab = try lab()
        try lab.write("logs", "a file")
        let result = try run(lab, ["run", "c.yaml", "--set", "experiment.scenes=[scene_0]"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("warning: \(lab.folder)/logs/run_pid_map.csv was not written"))
        #expect(result.errors.contains("warning: \(lab.folder)/logs/workflow_notifications.log was not written"))
        #expect(result.errors.contains("1 succeeded"))
    }
}
