import Foundation
import MusterCore
import TestSupport
import Testing

/// What stages do on a real Slurm that they can't do on one machine.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmStageTests {
    @Test func sharedStageRunsGoFirstInAnArrayOfTheirOwn() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: share, dataset_root: \(data)}
            pipeline:
              stages:
                - {name: load, produces: [frames], command: "echo load >> {scene.path}/log; sleep 2; echo {scene.name} > {output_dir}/x"}
                - {name: cut, requires: [frames], command: "echo cut {point.at} >> {scene.path}/log; cat {output_dir}/x"}
            sweep: {matrix: {at: [1, 2, 3, 4, 5, 6]}}
            resources: {memory: 64M, time: 20m}
            """)
        let run = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try #require(run.json?["jobs"]?.array).count == 12)
        for scene in ["a", "b"] {
            let lines = try TestCluster.text("\(data)/\(scene)/log").split(separator: "\n")
            #expect(lines.first == "load")
            #expect(lines.count { $0 == "load" } == 1 && lines.count == 7)
        }
        #expect(try TestCluster.submissions(of: lab.run()) == 2)
    }

    /// Each shared stage run has an element of its own, so the crash takes one of the two.
    @Test func aSharedStageRunWhoseNodeCrashesIsRepeatedForAllThatNeedIt() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: sharecrash, dataset_root: \(data)}
            pipeline:
              stages:
                - {name: load, produces: {frames: x}, command: "hostname >> {scene.path}/load; echo {scene.name} > {output_dir}/x; until [ {scene.name} = b ] || [ -e {scene.path}/go ]; do sleep 0.1; done"}
                - {name: cut, requires: [frames], produces: {cuts: y}, command: "echo {point.at} >> {scene.path}/cut; cat {output_dir}/x > {output_dir}/y"}
            sweep: {matrix: {at: [1, 2, 3]}}
            packing: element
            resources: {memory: 64M, time: 20m}
            """)
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        func lines(_ path: String) throws -> [String] {
            try TestCluster.text("\(data)/\(path)").split(separator: "\n").map(String.init)
        }
        let node = try lab.wait(for: "the stage's begin") { try? lines("a/load").first }
        // Jobs wait for the whole array of shared stage runs, so only the other scene's stage run can have ended.
        let outboxes = "\(try TestCluster.home())/muster/runs/sharecrash-*/lanes/*/outbox.jsonl"
        _ = try lab.wait(for: "the other scene's stage run") {
            try TestCluster.run("sh", ["-c", "grep -ls job.ended \(outboxes) || true"]).isEmpty ? nil : true
        }
        try TestCluster.verb("crash", node)
        defer {
            _ = try? TestCluster.verb("boot", node)
            _ = try? TestCluster.verb("resume")
        }
        try TestCluster.run("touch", ["\(data)/a/go"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let jobs = try lab.jobs()
        #expect(jobs.count == 6 && jobs.allSatisfy { $0["outcome"] == "succeeded" }, "\(jobs.map(\.line))")
        #expect(jobs.allSatisfy { $0["attempts"]?.array?.count == 1 }, "\(jobs.map(\.line))")
        #expect(try lab.muster(["status"]).output.contains("2 shared stage runs: 2 succeeded"))
        let loads = try lines("a/load")
        #expect(loads.count == 2 && loads[0] != loads[1], "\(loads)")
        #expect(try lines("b/load").count == 1)
        for scene in ["a", "b"] { #expect(try lines("\(scene)/cut").sorted() == ["1", "2", "3"]) }
        let facts = try RunFacts(of: lab.run())
        try facts.expectPublishedOnce()
        // Every job took the part that was published, of which there is one for a scene.
        for row in facts.rows where row["i"]?.int ?? 0 < 6 {
            let folder = try #require(row["output"]?.string)
            #expect(try TestCluster.text("\(folder)/y") == "\(row["scene"]?.string ?? "")\n")
        }
        #expect(
            facts.rows.count == 8
                && facts.of("stage.ended").count { $0["stage"] == "load" && $0["reused"] != true } == 2)
    }

    @Test func aProgramThatCanGoOnDoesSoInItsElementsNextStart() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: goon, dataset_root: \(data)}
            pipeline:
              command: "if [ -e $MUSTER_CHECKPOINT/kept ]; then cat $MUSTER_CHECKPOINT/kept > {output_dir}/from; exit; fi; trap 'echo here > $MUSTER_CHECKPOINT/kept; exit 0' USR2; touch {scene.path}/began; while :; do sleep 0.1; done"
              checkpoint: {signal: USR2, grace: 5s}
            resources: {memory: 64M, time: 5m}
            """)
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        _ = try lab.wait(for: "the job's begin") {
            FileManager.default.fileExists(atPath: "\(data)/a/began") ? true : nil
        }
        let run = try lab.run()
        let ids = try TestCluster.run("squeue", ["-h", "-u", "hpcuser", "-o", "%A %j"])
        let id = try #require(ids.split(separator: "\n").first { $0.contains(run) }?.split(separator: " ").first)
        // Slurm looks every half minute who is to be told.
        try TestCluster.run("scontrol", ["update", "job=\(id)", "EndTime=now+50"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let job = try #require(try lab.jobs().first)
        #expect(job["attempts"]?.array?.map { $0["outcome"] } == ["timeout", "succeeded"], "\(job.line)")
        #expect(try TestCluster.submissions(of: run) == 1)
    }
}
