/// Ending and signalling jobs. scancel prints nothing and returns 0 for an id that the controller does not know.
public enum Scancel {
    /// Who gets a signal. Slurm's words for it are easily mixed up, and with cgroups none but `everything` reaches a
    /// child of the batch shell.
    public enum Target: Hashable, Sendable {
        /// The tasks that srun has started, and nobody in a script without srun.
        case stepTasks
        /// The batch shell alone.
        case batchShell
        /// The batch shell, its children and the tasks of all steps.
        case everything
    }

    /// Calls that cancel all of these, `batch` ids in each so that no argument list grows too long.
    public static func arguments(
        _ jobs: [SlurmJobReference], batch: Int = 200, program: String = "scancel"
    ) -> [[String]] {
        calls([program], jobs, batch)
    }

    /// Calls that send `signal`, a name without `SIG`, instead of ending the jobs.
    public static func arguments(
        signal: String, to target: Target, of jobs: [SlurmJobReference], batch: Int = 200, program: String = "scancel"
    ) -> [[String]] {
        let options =
            switch target {
            case .stepTasks: [String]()
            case .batchShell: ["--batch"]
            case .everything: ["--full"]
            }
        return calls([program, "--signal=\(signal)"] + options, jobs, batch)
    }

    /// Calls that cancel what of these has not started.
    public static func arguments(
        pending jobs: [SlurmJobReference], batch: Int = 200, program: String = "scancel"
    ) -> [[String]] {
        calls([program, "--state=PENDING"], jobs, batch)
    }

    /// One call that ends every job of that name, also one whose id never came back.
    public static func arguments(user: String, name: String, program: String = "scancel") -> [String] {
        [program, "--user=\(user)", "--name=\(name)"]
    }

    private static func calls(_ head: [String], _ jobs: [SlurmJobReference], _ batch: Int) -> [[String]] {
        let step = max(1, batch)
        return stride(from: 0, to: jobs.count, by: step).map { start in
            head + jobs[start..<min(start + step, jobs.count)].map(target)
        }
    }

    /// A throttle belongs to the array and not to a choice among its tasks.
    private static func target(_ job: SlurmJobReference) -> String {
        guard case .remainder(let array, let spec) = job else { return job.description }
        let indices = spec.description
        return "\(array)_[\(Text.split(indices[...], at: UInt8(ascii: "%"))[0])]"
    }
}
