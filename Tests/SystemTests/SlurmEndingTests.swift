import Foundation
import MusterCore
import TestSupport
import Testing

/// Ends that Slurm makes: the agent is only told to end, and Slurm knows why.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmEndingTests {
    private func started(
        _ name: String, partition: String,
        pipeline: String =
            "{command: \"touch {scene.path}/began; until [ -e {scene.path}/go ]; do sleep 0.1; done\"}"
    ) throws -> (lab: Lab, data: String, watch: Process) {
        let (lab, data) = try TestCluster.lab(scenes: ["a"], cluster: "poll_interval: 3s\n")
        let cluster = try TestCluster.text("\(lab.folder)/testbed.yaml")
        try lab.write("testbed.yaml", cluster.replacing("partition: main", with: "partition: \(partition)"))
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: \(name), dataset_root: \(data)}
            pipeline: \(pipeline)
            resources: {memory: 64M, time: 5m, cpus: 4}
            """)
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        _ = try lab.wait(for: "the job's begin") {
            FileManager.default.fileExists(atPath: "\(data)/a/began") ? true : nil
        }
        return (lab, data, watch)
    }

    /// Somebody more urgent wants all nodes for a moment.
    private func preempt() throws {
        try TestCluster.run(
            "su", ["hpcuser", "-c", "sbatch -p urgent --array=1-3 -c 4 --mem=64M -o /dev/null --wrap 'sleep 1'"])
    }

    @Test func aPreemptedJobSaysSoAndRunsAgain() throws {
        let (lab, data, watch) = try started("spot", partition: "spot")
        try preempt()
        _ = try lab.wait(for: "the second attempt") {
            try lab.peek().first?["attempts"]?.array?.count == 2 ? true : nil
        }
        try TestCluster.run("touch", ["\(data)/a/go"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let job = try #require(try lab.jobs().first)
        #expect(
            job["attempts"]?.array?.map { $0["outcome"] } == ["preempted", "succeeded"], "\(job.line)")
        #expect(try TestCluster.submissions(of: lab.run()) == 1)
        try RunFacts(of: lab.run()).expectPublishedOnce()
    }

    /// Slurm gives three seconds between the word and the end.
    @Test func aPreemptedJobThatCanGoOnDoesSo() throws {
        let (lab, data, watch) = try started(
            "kept", partition: "spot",
            pipeline: """
                {command: "echo $MUSTER_ATTEMPT >> {scene.path}/ran; if [ -e $MUSTER_CHECKPOINT/kept ]; then cat $MUSTER_CHECKPOINT/kept > {output_dir}/from; exit; fi; trap 'sleep 1; echo here > $MUSTER_CHECKPOINT/kept; touch {scene.path}/told; exit 0' USR2; perl -e '$n = 30 << 20; $x = q(x) x $n; sleep 3'; touch {scene.path}/began; while :; do sleep 0.1; done",
                  checkpoint: {signal: USR2, grace: 30s}}
                """)
        try preempt()
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let job = try #require(try lab.jobs().first)
        let attempts = try #require(job["attempts"]?.array)
        #expect(attempts.map { $0["outcome"] } == ["preempted", "succeeded"], "\(job.line)")
        #expect((attempts.first?["peak_rss_bytes"]?.int ?? 0) >= 30 << 20, "\(job.line)")
        #expect(FileManager.default.fileExists(atPath: "\(data)/a/told"))
        let facts = try RunFacts(of: lab.run())
        try facts.expectPublishedOnce()
        let folder = try #require(facts.rows.first?["output"]?.string)
        #expect(try TestCluster.text("\(folder)/from") == "here\n")
        #expect(try TestCluster.text("\(data)/a/ran").split(separator: "\n").count == 2)
    }

    @Test func aJobThatTheEndOfItsAllocationMeetsIsATimeout() throws {
        let (lab, _, watch) = try started("late", partition: "main")
        let run = try lab.run()
        let ids = try TestCluster.run("squeue", ["-h", "-u", "hpcuser", "-o", "%A %j"])
        let id = try #require(ids.split(separator: "\n").first { $0.contains(run) }?.split(separator: " ").first)
        try TestCluster.run("scontrol", ["update", "job=\(id)", "EndTime=now+3"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 1, "\(lab.errors)")
        let job = try #require(try lab.jobs().first)
        #expect(job["outcome"] == "timeout", "\(job.line)")
        #expect(job["attempts"]?.array?.count == 1)
    }
}
