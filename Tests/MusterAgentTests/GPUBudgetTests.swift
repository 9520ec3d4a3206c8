import Foundation
import MusterCore
import TestSupport
import Testing

/// `resources.gpu_memory`: who may begin on a GPU, and what its program is told.
@Suite struct GPUBudgetTests {
    private func waiting(_ bench: AgentBench) -> [Int] {
        bench.facts.compactMap { if case .gpuWaiting(let job, _, _, _) = $0.body { job } else { nil } }
    }

    @Test func `a job waits for memory that others hold, and says so once`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: "gpu 0 GPU-aaaa 1000 700 0 50000 30 0")
        bench.stage("s", shell: "echo $MUSTER_GPU_MEMORY $XLA_PYTHON_CLIENT_MEM_FRACTION > told")
        bench.job("a")
        bench.resources = Resources(gpus: 1, gpuMemory: ByteCount(400))
        try bench.write(blocks: [[0]])
        let agent = try bench.start(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0"]) { $1 })
        #expect(bench.wait(30) { !waiting(bench).isEmpty })
        #expect(agent.isRunning && bench.endings.isEmpty)
        #expect(
            bench.facts.contains {
                if case .gpuWaiting(0, "GPU-aaaa", 400, 300) = $0.body { true } else { false }
            })
        // Still too little: it goes on waiting without another word.
        try nvml.set("gpu 0 GPU-aaaa 1000 650 0 50000 30 0")
        try nvml.set("gpu 0 GPU-aaaa 1000 600 0 50000 30 0")
        #expect(bench.wait(30) { !agent.isRunning })
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded] && waiting(bench) == [0])
        #expect(bench.text(bench.output("a") + "/told") == "400 0.400\n")
    }

    @Test func `jobs that share a GPU are begun only as far as their budgets fit`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: "gpu 0 GPU-aaaa 1000 0 0 50000 30 0")
        // Each notes who runs beside it; nobody has taken memory yet, so only the promise keeps the third away.
        bench.stage(
            "s",
            shell: """
                touch \(bench.root)/here.{scene.name}
                [ {scene.name} = c ] && {{ ls \(bench.root)/left.* > /dev/null && exit 0 || exit 9; }}
                until grep -q gpu.waiting \(bench.paths.lanes)/*/outbox.jsonl; do sleep 0.05; done
                touch \(bench.root)/left.{scene.name}
                """)
        for name in ["a", "b", "c"] { bench.job(name) }
        bench.resources = Resources(gpus: 1, sharing: 3, gpuMemory: ByteCount(400))
        try bench.write(blocks: [[0, 1, 2]], slots: 3)
        try bench.run(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0"]) { $1 })
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded, .succeeded, .succeeded], "\(bench.endings)")
        #expect(waiting(bench) == [2])
    }

    @Test func `more than a GPU has in all is a failure with words`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: "gpu 0 GPU-aaaa 1000 0 0 50000 30 0")
        bench.stage("s", shell: "true")
        bench.job("a")
        bench.resources = Resources(gpus: 1, gpuMemory: ByteCount(2000))
        try bench.write(blocks: [[0]])
        try bench.run(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0"]) { $1 })
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed)
        #expect(ending.cause?.contains("and GPU-aaaa has") == true, "\(ending)")
    }

    @Test func `what somebody has set for JAX stays`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: "gpu 0 GPU-aaaa 1000 0 0 50000 30 0")
        bench.stage("s", shell: "echo ${{XLA_PYTHON_CLIENT_MEM_FRACTION:-unset}} $XLA_CLIENT_MEM_FRACTION > told")
        bench.job("a")
        bench.resources = Resources(gpus: 1, gpuMemory: ByteCount(400))
        try bench.write(blocks: [[0]])
        try bench.run(
            environment: nvml.environment.merging(
                ["CUDA_VISIBLE_DEVICES": "0", "XLA_CLIENT_MEM_FRACTION": ".9"]) { $1 })
        #expect(bench.text(bench.output("a") + "/told") == "unset .9\n")
    }
}
