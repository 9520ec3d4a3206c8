import Foundation
import MusterCore
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmRunTests {
    @Test func aSweepRunsOnThreeNodesWithOneSubmissionAndComesHome() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b", "c", "d", "e", "f"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: three, dataset_root: \(data)}
            pipeline: {command: "hostname > {output_dir}/host.txt; sleep 2"}
            packing: element
            resources: {memory: 64M, time: 5m, cpus: 2}
            collect: all
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.count == 6)
        #expect(jobs.allSatisfy { $0["outcome"] == "succeeded" })
        #expect(Set(jobs.compactMap { $0["attempts"]?.array?.first?["node"]?.string }).count == 3)
        #expect(result.json?["scheduler_calls"]?["sbatch"] == 1)
        #expect(result.json?["scheduler_calls"]?["squeue"] == 0)
        #expect(FileManager.default.fileExists(atPath: "\(lab.folder)/results/three/c/host.txt"))
    }

    @Test func aLongJobHoldsUpNobodyElse() throws {
        let (lab, data) = try TestCluster.lab(scenes: (0..<12).map { "s\($0)" })
        // The first job waits for the results of all others, and 'auto' gives elements several jobs each.
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: long, dataset_root: \(data)}
            pipeline: {command: "touch {scene.path}/../begun.{scene.name}; [ {scene.name} != s0 ] ||
              until [ $(ls {scene.path}/.. | grep -c begun) = 12 ]; do sleep 0.1; done"}
            resources: {memory: 32M, time: 30m, cpus: 4}
            """)
        let plan = try lab.muster(["plan", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        let elements = try #require(plan.json?["totals"]?["elements"]?.int)
        #expect(elements > 1 && elements < 12)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.allSatisfy { $0["outcome"] == "succeeded" && $0["attempts"]?.array?.count == 1 })
        #expect(result.json?["scheduler_calls"]?["sbatch"] == 1)
    }

    @Test func memoryBeyondTheLimitIsOOMEvenWhenThePipelineSwallowsIt() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: oom, dataset_root: \(data)}
            pipeline:
              command: "[ {scene.name} = b ] || perl -e '$x = q(x) x (400 << 20)'; exit 0"
            packing: element
            resources: {memory: 64M, time: 5m}
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 1, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.map { $0["outcome"] } == ["oom_host", "succeeded"])
        let attempt = try #require(jobs[0]["attempts"]?.array?.first)
        #expect((attempt["oom_kills"]?.int ?? 0) >= 1)
        #expect((attempt["peak_rss_bytes"]?.int ?? 0) > 32 << 20)
        #expect(attempt["cause"]?.string?.contains("64") == true, "\(attempt.line)")
    }

    @Test func anAllocationOfTwoNodesRunsAnAgentOnEach() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"], cluster: "slurm: {nodes: 2}\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: wide, dataset_root: \(data)}
            pipeline: {command: "hostname; until [ $(ls {scene.path}/../*/began | wc -l) = 2 ]; do touch {scene.path}/began; sleep 0.1; done"}
            resources: {memory: 64M, time: 2m}
            """)
        let script = try lab.muster(["script", "sweep.yaml", "--cluster", "testbed.yaml"]).output
        #expect(script.contains("#SBATCH --nodes=2") && script.contains("srun"), "\(script)")
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let attempts = try #require(result.json?["jobs"]?.array).flatMap { $0["attempts"]?.array ?? [] }
        #expect(attempts.count == 2)
        #expect(Set(attempts.compactMap { $0["node"]?.string }).count == 2)
        #expect(Set(attempts.compactMap { $0["slurm_job"]?.string }).count == 1)
    }

    @Test func aJobSeesTheGPUsThatSlurmGave() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: gpus, dataset_root: \(data)}
            pipeline: {command: 'echo "seen:$CUDA_VISIBLE_DEVICES"'}
            resources: {memory: 64M, time: 2m, gpus: 2}
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try lab.muster(["logs", "a"]).output == "seen:0,1\n")
    }

    /// The demo's own config, with the real pipeline, against the truth.
    @Test func theDemosConfigRunsOnTheCluster() throws {
        let (lab, data) = try TestCluster.lab(scenes: [], cluster: "prologue: export PATH=$HOME/bin:$PATH\n")
        let home = try TestCluster.home()
        let cellpipe = "\(Lab.programs)/cellpipe"
        try TestCluster.run("mkdir", ["-p", "\(home)/bin"])
        try TestCluster.run("cp", [cellpipe, "\(home)/bin/cellpipe"])
        try TestCluster.run(
            cellpipe,
            ["simulate", "--output", data, "--scenes", "3", "--frames", "12", "--height", "160", "--width", "160"])
        try TestCluster.run("chown", ["-R", "hpcuser:", data])
        let demo = #filePath.replacing("Tests/SystemTests/SlurmRunTests.swift", with: "docs/demo/sweep.yaml")
        try lab.write("demo.yaml", try TestCluster.text(demo))
        let result = try lab.muster([
            "run", "demo.yaml", "--cluster", "\(lab.folder)/testbed.yaml", "--set", "experiment.dataset_root=\(data)",
            "--set", "stages.extract.min_frames=4", "--set", "packing=element", "--set", "resources.cpus=2",
            "--json",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.count == 6 && jobs.allSatisfy { $0["outcome"] == "succeeded" })
        #expect(jobs.allSatisfy { $0["attempts"]?.array?.first?["stages"]?.array?.count == 6 })
        #expect(Set(jobs.compactMap { $0["attempts"]?.array?.first?["node"]?.string }).count == 3)
        // What the thresholds share goes first, in an array of its own.
        #expect(result.json?["scheduler_calls"]?["sbatch"] == 2)
        // What came home is enough for the score.
        let score = try TestCluster.run(
            cellpipe, ["score", "--results", "\(lab.folder)/results/demo", "--dataset", data, "--min-matched", "0.5"])
        #expect(score.contains("segment.threshold_sigma-4/scene_002") && score.contains("1.000"), "\(score)")
    }
}
