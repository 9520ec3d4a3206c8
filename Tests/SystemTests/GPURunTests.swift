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
