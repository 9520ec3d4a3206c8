import Foundation
import MusterCore
import TestSupport
import Testing

/// A program that is edited on the cluster while a sweep runs there.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmCodeTests {
    @Test(arguments: ["live", "snapshot"]) func nodesTellAnEditAndACopyIsSparedIt(_ code: String) throws {
        let scenes = ["a", "b", "c", "d"]
        let (lab, data) = try TestCluster.lab(scenes: scenes, cluster: "poll_interval: 3s\n")
        let folder = "\(data)-code"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The first of all jobs changes the original, wherever it runs from.
        let program = """
            #!/bin/sh
            echo "old $0" > "$1/log"
            if mkdir \(folder)/./edited 2>/dev/null; then
              sed s/old/new/ \(folder)/./run.sh > \(folder)/./next; chmod +x \(folder)/./next
              mv \(folder)/./next \(folder)/./run.sh
            fi
            """
        try Data(program.utf8).write(to: URL(filePath: "\(folder)/run.sh"))
        try TestCluster.run(
            "sh",
            [
                "-c",
                "cd \(folder) && chmod +x run.sh && git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm one && chown -R hpcuser: .",
            ])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: edited, dataset_root: \(data)}
            pipeline: {stages: [{name: s, command: [\(folder)/run.sh, "{scene.path}"]}]}
            resources: {memory: 64M, time: 20m}
            packing: element
            canary: 1
            code: \(code)
            """)
        let run = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        // The canary's element has had its one block: it does not stay for the others.
        _ = try lab.wait(for: "all elements' ends", within: 30) {
            try TestCluster.run("squeue", ["-h", "-o", "%j"]).contains("muster.\(try lab.run())") ? nil : true
        }
        let logs = try scenes.map { try TestCluster.text("\(data)/\($0)/log") }
        let id = try lab.run()
        let report = try #require(try lab.muster(["report", id, "--json"]).json)
        let told = run.errors.split(separator: "\n").filter { $0.contains("is not what it was") }
        #expect(try TestCluster.text("\(folder)/run.sh").contains("echo \"new"))
        if code == "live" {
            #expect(logs.count { $0.hasPrefix("new \(folder)/run.sh") } == 3, "\(logs)")
            #expect(told.count == 1 && report["jobs_of_changed_code"] == 3, "\(run.errors) \(report.line)")
        } else {
            #expect(logs.allSatisfy { $0.hasPrefix("old ") && $0.contains("/runs/\(id)/code/") }, "\(logs)")
            #expect(told.isEmpty && report["jobs_of_changed_code"] == 0, "\(run.errors) \(report.line)")
        }
    }
}
