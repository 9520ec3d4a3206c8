/// When a job may start, seen from other jobs (sbatch(1), `--dependency`).
///
/// Slurm takes an id that it does not know, or no longer knows, for a fulfilled dependency: the job starts.
public struct SlurmDependency: Hashable, Sendable, CustomStringConvertible {
    /// What is waited for.
    public enum Condition: String, Hashable, Sendable {
        /// The other job has started or was cancelled.
        case after
        /// It has ended, in any way.
        case afterany
        /// It has ended well. Otherwise the job stays pending for good, unless it is killed on an invalid
        /// dependency.
        case afterok
        /// It has ended badly.
        case afternotok
        /// The task with the same index of another array has ended well.
        case aftercorr
    }

    /// What is waited for.
    public let condition: Condition
    /// The jobs that are waited for, at least one.
    public let jobs: [SlurmJobID]

    /// Nil for no job at all.
    public init?(_ condition: Condition, on jobs: [SlurmJobID]) {
        guard !jobs.isEmpty else { return nil }
        self.condition = condition
        self.jobs = jobs
    }

    /// What `--dependency` takes.
    public var description: String { "\(condition.rawValue):" + jobs.map(\.description).joined(separator: ":") }
}

/// A signal that Slurm sends before the time limit (sbatch(1), `--signal`).
public struct SlurmSignalRequest: Hashable, Sendable, CustomStringConvertible {
    /// The signal's name without `SIG`, such as `USR1`.
    public let name: String
    /// How long before the limit. Slurm may send it up to 60 seconds earlier.
    public let secondsBefore: Int
    /// Only the batch shell gets it; otherwise only the tasks of srun, and in a script without srun nobody.
    public let batchShellOnly: Bool

    /// A wish for `name`, that many seconds before the limit.
    public init(_ name: String, secondsBefore: Int, batchShellOnly: Bool) {
        self.name = name
        self.secondsBefore = secondsBefore
        self.batchShellOnly = batchShellOnly
    }

    /// What `--signal` takes.
    public var description: String { (batchShellOnly ? "B:" : "") + "\(name)@\(secondsBefore)" }
}
