import Foundation
import MusterCore
import Testing

@testable import MusterAgent

@Suite struct OptionsTests {
    @Test func `Slurm names the element and the restart`() throws {
        let slurm = [
            "SLURM_ARRAY_JOB_ID": "7", "SLURM_ARRAY_TASK_ID": "3", "SLURM_JOB_ID": "9", "SLURM_RESTART_COUNT": "2",
            "CUDA_VISIBLE_DEVICES": "0,1",
        ]
        let options = try AgentOptions(["--run-folder", "/r//"], environment: slurm)
        #expect(options.runFolder == "/r" && options.element == "7_3" && options.restart == 2)
        #expect(options.gpus.tokens == ["0", "1"])
        #expect(try AgentOptions(["--run-folder", "/r"], environment: ["SLURM_JOB_ID": "9"]).element == "9")
        #expect(try AgentOptions(["--run-folder", "/r"], environment: [:]).element == nil)
    }

    @Test func `options win over the environment`() throws {
        let words = [
            "--run-folder", "/r", "--element", "x", "--restart", "4", "--slots", "3", "--time-left", "60", "--gpus",
            "5",
        ]
        let options = try AgentOptions(words, environment: ["SLURM_JOB_ID": "9", "CUDA_VISIBLE_DEVICES": "0"])
        #expect(options.element == "x" && options.restart == 4 && options.slots == 3 && options.timeLeft == 60)
        #expect(options.gpus.tokens == ["5"])
    }

    @Test(arguments: [
        ([], "--run-folder is missing"), (["--run-folder"], "--run-folder needs a value"),
        (["--run-folder", "/r", "--slots", "many"], "--slots takes a number, not 'many'"),
        (["--folder", "/r"], "unknown option '--folder'"),
    ])
    func `mistakes are named`(words: [String], text: String) {
        #expect(throws: AgentOptions.Mistake(text: text)) { try AgentOptions(words, environment: [:]) }
    }

    @Test func `a run folder that is none ends with 3 and touches nothing`() throws {
        let bench = try AgentBench()
        #expect(try bench.run() == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.paths.folder).isEmpty)
    }
}
