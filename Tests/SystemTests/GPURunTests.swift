import Foundation
import MusterCore
import TestSupport
import Testing

/// Whole runs on this machine with GPUs that a library stands in for.
@Suite(.serialized) struct GPURunTests {
    private static let config = """
        experiment: {name: gpus, dataset_root: data}
        pipeline:
          command: |
            echo "$CUDA_VISIBLE_DEVICES" > gpu
            echo "gpu 0 GPU-aaaa 17179869184 12884901888 90 300000 60 0
            process 0 $$ 8589934592
            xid 0 94" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            until grep -q '"xid"' {output_dir}/../../../state/runs/*/lanes/*/outbox.jsonl; do sleep 0.05; done
            until grep -q '"own":8589934592' {output_dir}/../../../state/runs/*/lanes/*/live.json; do sleep 0.05; done
        resources: {gpus: 1, gpu_memory: 4G}
        """

    @Test func `peaks, names and errors of GPUs come home`() throws {
        let nvml = try FakeNVML(gpus: "gpu 0 GPU-aaaa 17179869184 1073741824 0 50000 30 0")
        let lab = try Lab(scenes: ["a"])
        lab.variables = nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0"]) { $1 }
        try lab.write("sweep.yaml", Self.config)
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let attempt = try #require(run.json?["jobs"]?.array?.first?["attempts"]?.array?.first)
        #expect(attempt["peak_gpu_bytes"] == 8_589_934_592, "\(attempt.line)")
        #expect(attempt["gpu_errors"]?.array?.first?["number"] == 94)
        let stage = try #require(attempt["stages"]?.array?.first)
        #expect(stage["gpus"]?.array?.first?["id"] == "GPU-aaaa" && stage["gpu_utilization"]?.double ?? 0 > 0)
        #expect(
            try String(contentsOfFile: "\(lab.folder)/results/gpus/a/gpu", encoding: .utf8) == "0\n")
        let status = try lab.muster(["status"]).output
        #expect(status.contains("GPU PEAK") && status.contains("8.00 GiB"), "\(status)")
        #expect(status.contains("a memory error that was contained"), "\(status)")
    }

    @Test func `a run that wants GPUs says where none can be seen`() throws {
        let nvml = try FakeNVML(gpus: "fail 9")
        let lab = try Lab(scenes: ["a"])
        lab.variables = nvml.environment
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: none, dataset_root: data}
            pipeline: {command: "true"}
            resources: {gpus: 1}
            """)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0 && run.errors.contains("no GPU can be measured: "), "\(run.errors)")
        #expect(run.errors.contains("Driver Not Loaded"), "\(run.errors)")
        #expect(try lab.muster(["status"]).output.contains("Driver Not Loaded"))
    }
}

/// Slurm counts the GPUs of a job from 0 where it keeps others' away; a library that sees all of them shows whose numbers
/// the agent goes by.
@Suite(.enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmGPUTests {
    @Test func `two jobs on a node that are both told GPU 0 have two GPUs`() throws {
        let nvml = try FakeNVML(
            gpus: "gpu 0 GPU-aaaa 1000 10 0 50000 30 0\ngpu 1 GPU-bbbb 1000 10 0 50000 30 0")
        try TestCluster.run("chmod", ["-R", "a+rX", nvml.folder])
        let (lab, data) = try TestCluster.lab(
            scenes: ["a", "b"],
            cluster: "prologue: export LD_LIBRARY_PATH=\(nvml.folder) FAKE_NVML=\(nvml.file)\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: gpus, dataset_root: \(data)}
            pipeline: {command: "echo $CUDA_VISIBLE_DEVICES > gpu; touch {scene.path}/../here.{scene.name};
              until [ $(ls {scene.path}/.. | grep -c here) = 2 ]; do sleep 0.1; done"}
            resources: {gpus: 1, memory: 64M, time: 2m, exclude: "n[2-3]"}
            packing: element
            collect: all
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        let names = jobs.compactMap {
            $0["attempts"]?.array?.first?["stages"]?.array?.first?["gpus"]?.array?.first?["id"]?.string
        }
        #expect(names.sorted() == ["GPU-aaaa", "GPU-bbbb"], "\(jobs)")
        #expect(
            try ["a", "b"].map { try TestCluster.text("\(lab.folder)/results/gpus/\($0)/gpu") } == ["0\n", "0\n"])
    }
}
