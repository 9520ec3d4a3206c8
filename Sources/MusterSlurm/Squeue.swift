/// The queue: the argument list and the rows.
///
/// One call with `-u` serves all of a user's runs. Never by name or by id alone: with `--name` or several `-j` squeue
/// has the controller send every job of the cluster and filters at this end (observed with 22.05), while `-u` is
/// filtered in the controller.
public enum Squeue {
    /// Jobs of `user` in every state, ended ones too for as long as the controller keeps them (`MinJobAge`).
    ///
    /// Tasks of an array that have not started are one row, unless `eachTask` asks for a row each.
    public static func arguments(user: String, eachTask: Bool = false, program: String = "squeue") -> [String] {
        let format = columns.joined(separator: "\u{1F}")
        return SlurmEnvironment.prefix + [program, "-h"] + (eachTask ? ["-r"] : [])
            + ["-u", user, "-t", "all", "-o", format]
    }

    /// One job, one task of an array, or the remainder of an array that waits.
    public struct Row: Hashable, Sendable {
        /// Which job or jobs this row is about.
        public let job: SlurmJobReference
        /// Slurm's own number for a task that has started.
        public let rawID: UInt32?
        /// The state in the queue.
        public let state: SlurmState
        /// Why it waits or how it ended, one of Slurm's words; nil for none.
        public let reason: String?
        /// The nodes it has or had, in Slurm's notation; see ``SlurmNodeList``.
        public let nodes: String?
        /// When it was submitted; a requeue counts as a submission.
        public let submitted: SlurmTime?
        /// When it started, or is expected to.
        public let started: SlurmTime?
        /// When it ended, or must end.
        public let ended: SlurmTime?
        /// Its time limit.
        public let timeLimit: SlurmTimeLimit?
        /// The partition, or several with commas while it waits.
        public let partition: String?
        /// Its name, nil in a row that was cut short before it.
        public let name: String?
    }

    /// Reads the output of ``arguments(user:eachTask:program:)``. No output at all is an empty queue.
    public static func rows(_ output: String) -> SlurmRows<Row> {
        .parse(output) { fields in
            // Without a state the row says nothing that a fold could use.
            guard let job = SlurmJobReference(parsing: Text.trimmed(fields[0])), !fields[2].isEmpty else { return nil }
            return Row(
                job: job, rawID: Text.number(Text.trimmed(fields[1])), state: SlurmState(parsing: fields[2]),
                reason: Text.value(fields[3]), nodes: Text.value(fields[4]), submitted: SlurmTime(parsing: fields[5]),
                started: SlurmTime(parsing: fields[6]), ended: SlurmTime(parsing: fields[7]),
                timeLimit: SlurmTimeLimit(parsing: fields[8]), partition: Text.value(fields[9]),
                name: fields.rest(from: 10))
        }
    }

    /// Id, raw id, state, reason, nodes, submit, start and end time, limit, partition; the name is free text.
    private static let columns = ["%i", "%A", "%T", "%r", "%N", "%V", "%S", "%e", "%l", "%P", "%j"]
}
