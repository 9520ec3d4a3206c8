/// Questions to the controller and changes of single jobs.
public enum Scontrol {
    /// One line for each record: a job, or an array's tasks that have started and the remainder.
    public static func showJob(_ job: SlurmJobID, program: String = "scontrol") -> [String] {
        SlurmEnvironment.prefix + [program, "-o", "show", "job", job.description]
    }

    /// The controller's configuration; see ``SlurmConfiguration``.
    public static func showConfig(program: String = "scontrol") -> [String] { [program, "show", "config"] }

    /// Every partition, hidden ones too; see ``SlurmPartition/list(parsing:)``.
    public static func showPartitions(program: String = "scontrol") -> [String] {
        [program, "--all", "-o", "show", "partition"]
    }

    /// Every node, one line of about a kilobyte each; see ``SlurmNode/list(parsing:)``.
    public static func showNodes(program: String = "scontrol") -> [String] { [program, "--all", "-o", "show", "node"] }

    /// Expands a list of nodes by Slurm's own hand, one name a line; see ``hostnames(_:)``.
    public static func showHostnames(_ list: String, program: String = "scontrol") -> [String] {
        [program, "show", "hostnames", list]
    }

    /// Whether the controller answers: 0 if so, 1 if not.
    public static func ping(program: String = "scontrol") -> [String] { [program, "ping"] }

    /// Puts a running or ended job back into the queue under the same id.
    public static func requeue(_ job: SlurmJobID, program: String = "scontrol") -> [String] {
        [program, "requeue", job.description]
    }

    /// Keeps what of a job has not started from starting.
    public static func hold(_ job: SlurmJobID, program: String = "scontrol") -> [String] {
        [program, "hold", job.description]
    }

    /// Lets it start again.
    public static func release(_ job: SlurmJobID, program: String = "scontrol") -> [String] {
        [program, "release", job.description]
    }

    /// How many of an array's tasks may run at once; 0 lifts the limit.
    public static func setThrottle(_ tasks: Int, ofArray number: UInt32, program: String = "scontrol") -> [String] {
        [program, "update", "JobId=\(number)", "ArrayTaskThrottle=\(max(0, tasks))"]
    }

    /// Reads the answer to ``showHostnames(_:program:)``. A site's greeting, which has blanks, is left out.
    public static func hostnames(_ output: String) -> [String] {
        Text.lines(output).lines.map(Text.trimmed).filter { line in
            !line.isEmpty && !line.utf8.contains(where: Text.isBlank)
        }.map { String($0) }
    }

    /// Reads the answer to ``showJob(_:program:)``; lines that are no record are left out.
    public static func jobs(_ output: String) -> [ScontrolRecord] {
        Text.lines(output).lines.compactMap(ScontrolRecord.init(line:))
    }
}
