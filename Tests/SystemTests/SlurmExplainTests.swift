import Foundation
import MusterCore
import TestSupport
import Testing

/// What people read about a run on a cluster, over SSH.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmExplainTests {
    @Test func whatWaitsIsExplainedInWordsAndARunningStageIsFollowed() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b", "c", "d"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: busy, dataset_root: \(data)}
            pipeline:
              command: "echo begun {scene.name}; touch {scene.path}/began; until [ -e {scene.path}/../go ]; do sleep 0.1; done; echo over"
            resources: {memory: 64M, time: 5m, cpus: 4}
            packing: element
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        // Each of the three nodes runs one job.
        let waiting = try lab.wait(for: "three jobs that run") { () -> String? in
            let begun = ["a", "b", "c", "d"].filter { FileManager.default.fileExists(atPath: "\(data)/\($0)/began") }
            return begun.count == 3 ? ["a", "b", "c", "d"].first { !begun.contains($0) } : nil
        }
        let queued = try lab.wait(for: "Slurm's reason") { () -> JSON? in
            let json = try lab.muster(["explain", waiting, "--json"]).json
            return json?["hindrances"]?.array?.first { $0["reason"] == "Resources" }
        }
        #expect(queued["words"]?.string?.contains("the nodes that it needs are in use") == true)
        #expect(queued["what"]?.string?.contains("1 element of Slurm's job") == true, "\(queued.line)")
        let running = try #require(["a", "b", "c", "d"].first { $0 != waiting })
        #expect(try lab.muster(["explain", running]).output.contains("running on n"))

        let array = try #require(
            try TestCluster.run("squeue", ["-h", "-t", "PD", "-o", "%F_%K"]).split(separator: "\n").first)
        try TestCluster.run("su", ["hpcuser", "-c", "scontrol hold \(array)"])
        // One answer of squeue serves until it has grown old.
        let held = try lab.wait(for: "the word of the hold") { () -> String? in
            let text = try lab.muster(["explain"]).output
            return text.contains("(JobHeldUser): it is held by its user") ? text : nil
        }
        #expect(held.contains("scontrol release"), "\(held)")
        try TestCluster.run("su", ["hpcuser", "-c", "scontrol release \(array)"])

        let follow = try lab.start(["logs", running, "-f"])
        func shown() -> String { (try? String(contentsOfFile: "\(lab.folder)/out", encoding: .utf8)) ?? "" }
        _ = try lab.wait(for: "the running stage's words") { shown() == "begun \(running)\n" ? true : nil }
        try TestCluster.run("touch", ["\(data)/go"])
        _ = try lab.wait(for: "the end of the follower") { follow.isRunning ? nil : true }
        #expect(shown() == "begun \(running)\nover\n")
        #expect(try lab.muster(["wait", "last", "--timeout", "120s"]).status == 0)
        #expect(try lab.muster(["explain"]).output.contains("nothing failed, and nothing waits"))
        let calls = try lab.muster(["report", "--json"]).json?["scheduler_calls"]?["squeue"]?.int ?? 0
        #expect(calls >= 2, "what explain asked counts too")
    }
}
