/// Tells from what srun and slurmstepd print whether memory ran out in a step that a program started.
///
/// The tasks of a step are no children of the program that started it, run in control groups of their own, and may be on other
/// nodes. Slurm's daemon there reads the kernel's counters and says so in the step's output; srun repeats the daemon's word.
public enum StepMemoryWords {
    /// How many processes of the job's steps the kernel has killed for want of memory; 0 where nobody says so.
    ///
    /// - Parameters:
    ///   - tail: The end of what the program wrote, both streams in one.
    ///   - job: Slurm's own number of the job, as in `SLURM_JOB_ID`: what is said of steps of other jobs does not count.
    ///   - hasFailed: The program did not end with 0. Only then srun's word alone counts, which names no job.
    public static func kills(in tail: String, job: String, hasFailed: Bool) -> Int64 {
        guard !job.isEmpty else { return 0 }
        let lines = tail.split { $0.isNewline }
        let said = lines.reduce(Int64(0)) { $0 + counted($1, job: job) }
        return said > 0 || !hasFailed ? said : Int64(lines.count { isRepeated($0) })
    }

    /// `slurmstepd-n2: error: Detected 1 oom-kill event(s) in StepId=4.0. Some of ...`; since 23.11 `1 oom_kill event in`.
    private static func counted(_ line: Substring, job: String) -> Int64 {
        guard line.contains("slurmstepd"), line.contains("oom-kill event") || line.contains("oom_kill event") else {
            return 0
        }
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "Detected"), place + 1 < words.count,
            let kills = Int64(words[place + 1]),
            let step = words.first(where: { $0.hasPrefix(stepName) })?.dropFirst(stepName.count),
            // A component of a heterogeneous job is `10+1.0`.
            step.prefix(while: { $0.isNumber }) == job,
            step.dropFirst(job.count).first.map({ ".+".contains($0) }) == true
        else { return 0 }
        return max(0, kills)
    }

    private static let stepName = "StepId="

    /// `srun: error: n[2-3]: tasks 1-2: Out Of Memory`
    private static func isRepeated(_ line: Substring) -> Bool {
        line.hasPrefix("srun: error: ") && line.hasSuffix(": Out Of Memory")
    }
}
