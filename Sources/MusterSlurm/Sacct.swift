/// Accounting: the argument list and the records.
///
/// Accounting lags behind the queue by up to some seconds, and jobs that were never eligible are not in it at all:
/// look in the queue first, and in both before taking a job for unknown.
public enum Sacct {
    /// How far back to look. Always said, since without it sacct looks back to midnight only, or, asked for ids,
    /// through everything there is.
    public struct Window: Hashable, Sendable {
        let hours: Int

        /// Records of jobs that existed at any time within the last `hours`, at least one. Counted on the site's
        /// own clock, whose zone need not be known.
        public static func last(hours: Int) -> Self { Self(hours: max(1, hours)) }
    }

    /// Records of a user's jobs, no steps.
    ///
    /// `duplicates` adds the earlier runs of jobs that were requeued. `name` must be one job's whole name.
    public static func arguments(
        user: String, window: Window, name: String? = nil, duplicates: Bool = false, program: String = "sacct"
    ) -> [String] {
        SlurmEnvironment.prefix + [program, "-X", "-n", "-P", "--delimiter=\u{1F}", "-u", user]
            + (duplicates ? ["-D"] : []) + (name.map { ["--name=\($0)"] } ?? [])
            + ["-S", "now-\(window.hours)hours", "-o", columns.joined(separator: ",")]
    }

    /// What accounting keeps of one run of a job or task.
    public struct Record: Hashable, Sendable {
        /// Which job or jobs; the tasks of an array that have not started are one record.
        public let job: SlurmJobReference
        /// Slurm's own number for a task that has started.
        public let rawID: UInt32?
        /// The state; a cancelled job says by whom.
        public let state: SlurmState
        /// How the script ended.
        public let exitCode: SlurmExitCode?
        /// When this run was submitted or requeued.
        public let submitted: SlurmTime?
        /// When it started; nil for a job that was cancelled while it waited.
        public let started: SlurmTime?
        /// When it ended.
        public let ended: SlurmTime?
        /// The nodes it had, in Slurm's notation; see ``SlurmNodeList``.
        public let nodes: String?
        /// The memory it asked for.
        public let requestedMemory: SlurmMemory?
        /// Its time limit.
        public let timeLimit: SlurmTimeLimit?
        /// Its name, nil in a record that was cut short before it.
        public let name: String?
    }

    /// Reads the output of ``arguments(user:window:name:duplicates:program:)``.
    public static func records(_ output: String) -> SlurmRows<Record> {
        .parse(output) { fields in
            guard let job = SlurmJobReference(parsing: Text.trimmed(fields[0])), !fields[2].isEmpty else { return nil }
            return Record(
                job: job, rawID: Text.number(Text.trimmed(fields[1])), state: SlurmState(parsing: fields[2]),
                exitCode: SlurmExitCode(parsing: fields[3]), submitted: SlurmTime(parsing: fields[4]),
                started: SlurmTime(parsing: fields[5]), ended: SlurmTime(parsing: fields[6]),
                nodes: Text.value(fields[7]), requestedMemory: SlurmMemory(parsing: fields[8]),
                timeLimit: SlurmTimeLimit(parsing: fields[9]), name: fields.rest(from: 10))
        }
    }

    private static let columns = [
        "JobID", "JobIDRaw", "State", "ExitCode", "Submit", "Start", "End", "NodeList", "ReqMem", "Timelimit",
        "JobName",
    ]
}
