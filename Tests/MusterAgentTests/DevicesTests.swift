import Foundation
import MusterCore
import TestSupport
import Testing

@testable import MusterAgent

/// GPUs as the agent sees them, through a library that stands in for NVIDIA's.
@Suite struct DevicesTests {
    private static let two = """
        gpu 0 GPU-aaaa 1000 10 0 50000 30 0
        gpu 1 GPU-bbbb 1000 100 0 50000 30 0
        """

    /// Words of a shell that wait until the agent has told a sample in which `text` stands.
    private func untilTold(_ text: String, in bench: AgentBench) -> String {
        "until grep -qF '\(text)' \(bench.paths.lanes)/*/live.json 2>/dev/null; do sleep 0.05; done"
    }

    private func stage(_ bench: AgentBench, _ shell: String, slots: Int = 1, jobs: Int = 1) throws {
        bench.stage("s", shell: shell)
        for number in 0..<jobs { bench.job("j\(number)") }
        bench.resources.gpus = 1
        try bench.write(blocks: [Array(0..<jobs)], slots: slots)
    }

    private func stageEnding(_ bench: AgentBench) throws -> Ending {
        try #require(
            bench.facts.compactMap { if case .stageEnded(_, "s", let ending, _) = $0.body { ending } else { nil } }
                .first,
            "\(bench.facts)")
    }

    private func details(_ bench: AgentBench) throws -> JSON {
        try #require(
            bench.facts.compactMap {
                if case .agentStarted(_, _, _, _, _, let details) = $0.body { details } else { nil }
            }.first)
    }

    @Test(arguments: [false, true])
    func `a stage's own memory, the GPU's use and its name are told`(isOld: Bool) throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: Self.two, isOld: isOld)
        try stage(
            bench,
            """
            echo "gpu 1 GPU-bbbb 1000 700 80 250000 61 0
            process 1 $$ 600
            process 1 1 100" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            \(untilTold("\"own\":600", in: bench))
            echo "gpu 1 GPU-bbbb 1000 300 80 250000 61 0
            process 1 $$ 200" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            \(untilTold("\"own\":200", in: bench))
            cp \(bench.paths.lanes)/*/live.json seen
            """)
        try bench.run(
            environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "1", "SLURM_JOB_GPUS": "1"]) { $1 })
        let ending = try stageEnding(bench)
        #expect(ending.outcome == .succeeded && ending.peakGPU == 600, "\(ending)")
        let gpu = try #require(ending.usage?.gpus.first)
        #expect(gpu.id == "GPU-bbbb" && gpu.memory == 600 && (gpu.utilization ?? 0) > 0, "\(gpu)")
        #expect(bench.endings.first?.ending.peakGPU == 600)
        let live = try JSON(parsing: try #require(bench.text(bench.output("j0") + "/seen")))
        let use = live["samples"]?.array?.first?["gpus"]?.array?.first
        #expect(
            use?.line
                == #"{"id":"GPU-bbbb","used":300,"own":200,"total":1000,"util":80,"mw":250000,"celsius":61}"#)
        let details = try details(bench)
        #expect(details["devices"]?.array?.map { $0["id"]?.string } == ["GPU-aaaa", "GPU-bbbb"])
        #expect(details["slots"]?.array?.first?.line == #"{"gpus":["GPU-bbbb"],"numbers":[1]}"#)
    }

    /// In a container the library tells pids that mean nothing here.
    @Test func `where no process is known, what was added since the stage began is its own`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: Self.two)
        try stage(
            bench,
            """
            echo "gpu 0 GPU-aaaa 1000 10 0 50000 30 0
            gpu 1 GPU-bbbb 1000 450 0 50000 30 0
            process 1 4000000 350" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            \(untilTold("\"own\":350", in: bench))
            """)
        try bench.run(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "GPU-bbbb"]) { $1 })
        #expect(try stageEnding(bench).peakGPU == 350)
    }

    @Test func `errors of the driver and of memory are facts, and stand in a failure's cause`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: Self.two)
        try stage(
            bench,
            """
            echo "gpu 0 GPU-aaaa 1000 10 0 50000 30 2
            gpu 1 GPU-bbbb 1000 100 0 50000 30 5
            xid 1 13
            xid 0 79" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            until grep -q '"error":"ecc"' \(bench.paths.lanes)/*/outbox.jsonl; do sleep 0.05; done
            exit 3
            """)
        try bench.run(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0"]) { $1 })
        let errors = bench.facts.compactMap {
            if case .gpuError(_, "s", let error) = $0.body { error } else { nil }
        }
        #expect(
            Set(errors) == [
                GPUError(gpu: "GPU-aaaa", kind: .xid, number: 79), GPUError(gpu: "GPU-aaaa", kind: .ecc, number: 2),
            ])
        let ending = try stageEnding(bench)
        #expect(ending.outcome == .failed && ending.exitCode == 3)
        #expect(ending.cause?.hasPrefix("stage 's' ended with exit code 3; GPU-aaaa: ") == true, "\(ending)")
    }

    @Test(arguments: [("exit 1", Outcome.failed), ("kill -ABRT $$", .killed), ("exit 0", .succeeded)])
    func `a GPU that was full is a hint and no outcome`(last: String, outcome: Outcome) throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: Self.two)
        try stage(
            bench,
            """
            echo "gpu 0 GPU-aaaa 1000 985 99 50000 30 0" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            \(untilTold("\"used\":985", in: bench)); \(last)
            """)
        try bench.run(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0"]) { $1 })
        let ending = try stageEnding(bench)
        #expect(ending.outcome == outcome)
        #expect((ending.cause?.contains("3 % of its memory free") ?? false) == (outcome != .succeeded), "\(ending)")
    }

    @Test func `an instance of a divided GPU is measured by itself`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(
            gpus: """
                gpu 0 GPU-aaaa 1000 10 0 50000 30 0
                instance 0 1 0 MIG-1111 250 5
                instance 0 2 0 MIG-2222 250 5
                """)
        try stage(
            bench,
            """
            echo "gpu 0 GPU-aaaa 1000 10 0 50000 30 0
            instance 0 1 0 MIG-1111 250 5
            instance 0 2 0 MIG-2222 250 105" > $FAKE_NVML.new; mv $FAKE_NVML.new $FAKE_NVML
            \(untilTold("\"own\":100", in: bench))
            """)
        try bench.run(environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "MIG-GPU-aaaa/2/0"]) { $1 })
        let ending = try stageEnding(bench)
        #expect(ending.peakGPU == 100 && ending.usage?.gpus.first?.id == "MIG-2222", "\(ending)")
    }

    @Test func `GPUs of other jobs are not seen, and numbers count the rest from 0`() throws {
        let bench = try AgentBench()
        let nvml = try FakeNVML(gpus: "\(Self.two)\ndenied 0")
        try stage(bench, "true")
        try bench.run(
            environment: nvml.environment.merging(["CUDA_VISIBLE_DEVICES": "0", "SLURM_JOB_GPUS": "1"]) { $1 })
        let details = try details(bench)
        #expect(details["slots"]?.array?.first?.line == #"{"gpus":["GPU-bbbb"],"numbers":[1]}"#, "\(details.line)")
    }

    @Test func `where no GPU can be seen the agent says why, if one is wanted`() throws {
        let nvml = try FakeNVML(gpus: "fail 9")
        for gpus in [1, 0] {
            let bench = try AgentBench()
            bench.stage("s", shell: "true")
            bench.job("a")
            bench.resources.gpus = gpus
            try bench.write(blocks: [[0]])
            try bench.run(environment: nvml.environment)
            #expect(bench.endings.first?.ending.outcome == .succeeded)
            let unseen = try details(bench)["unseen"]?.string
            #expect((unseen?.contains("Driver Not Loaded") ?? false) == (gpus == 1), "\(unseen ?? "-")")
        }
    }
}
