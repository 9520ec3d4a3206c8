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
