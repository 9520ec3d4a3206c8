import MusterCore
import Testing

@Suite struct StepMemoryWordsTests {
    private static let counted =
        "slurmstepd-n2: error: Detected 1 oom-kill event(s) in StepId=4.0. Some of your processes may have been killed by the cgroup out-of-memory handler."
    private static let repeated = "srun: error: n2: task 1: Out Of Memory"

    private static let said: [(String, Int64)] = [
        ("work\n\(repeated)\nsrun: launch/slurm: _step_signal: Terminating StepId=4.0\n\(counted)\n", 1),
        (
            "\(counted)\nslurmstepd: error: Detected 2 oom_kill events in StepId=4+1.3. Some of the step tasks have been OOM Killed.\n",
            3
        ),
        (
            "0: slurmstepd: error: Detected 1 oom_kill event in StepId=4.0. Some of the step tasks have been OOM Killed.",
            1
        ),
    ]

    @Test(arguments: said) func aStepOfTheJobRanOutOfMemory(tail: String, kills: Int64) {
        #expect(StepMemoryWords.kills(in: tail, job: "4", hasFailed: true) == kills)
        #expect(StepMemoryWords.kills(in: tail, job: "4", hasFailed: false) == kills)
    }

    @Test func srunsWordAloneExplainsOnlyAFailure() {
        let tail = "\(Self.repeated)\nsrun: error: n[2-3]: tasks 1-2: Out Of Memory\n"
        #expect(StepMemoryWords.kills(in: tail, job: "4", hasFailed: true) == 2)
        #expect(StepMemoryWords.kills(in: tail, job: "4", hasFailed: false) == 0)
    }

    @Test(arguments: [
        "", counted.replacing("StepId=4.0", with: "StepId=44.0"), counted.replacing("StepId=4.0", with: "StepId=14.0"),
        counted.replacing("Detected 1", with: "Detected no"), counted.replacing("slurmstepd-n2", with: "notes"),
        "srun: error: n2: task 1: Exited with exit code 1", "see '\(repeated)' in the manual",
        "RuntimeError: CUDA out of memory",
        "slurmstepd: error: *** STEP 4.0 ON n1 CANCELLED AT 2026-11-21T13:00:00 ***",
    ]) func nothingOfThatKindIsSaid(tail: String) {
        #expect(StepMemoryWords.kills(in: tail, job: "4", hasFailed: true) == 0)
        #expect(StepMemoryWords.kills(in: Self.counted, job: "", hasFailed: true) == 0)
    }
}
