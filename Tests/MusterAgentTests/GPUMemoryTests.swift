import MusterCore
import Testing

@Suite struct GPUMemoryTests {
    @Test(arguments: [
        ("echo 'RuntimeError: CUDA out of memory. Tried to allocate 2 GiB' >&2; exit 1", Outcome.oomGPU),
        ("echo 'CUDA error at x.cu:3: out of memory'; kill -ABRT $$", .oomGPU),
        ("echo 'RuntimeError: CUDA out of memory.'; echo 'ValueError: other'; exit 1", .failed),
        ("echo 'RuntimeError: CUDA out of memory.'; exit 0", .succeeded),
        ("echo 'RuntimeError: CUDA out of memory.'; kill -KILL $$", .killed),
    ]) func aFailedProgramsLastErrorCounts(shell: String, outcome: Outcome) throws {
        let bench = try AgentBench()
        bench.stage("train", shell: shell)
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == outcome, "\(ending)")
        if outcome == .oomGPU {
            #expect(ending.cause?.hasPrefix("stage 'train': the memory of a GPU ran out: ") == true, "\(ending)")
        }
    }
}
