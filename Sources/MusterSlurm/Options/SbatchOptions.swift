/// What one submission asks of Slurm, as values.
///
/// The same options become `#SBATCH` lines of a script (``directives()``) or arguments of sbatch that override
/// those lines (``arguments()``), which is how a retry changes memory, time or indices of a script that exists.
/// What is nil is left to the script or the site. Mind that `SBATCH_...` variables in the environment in which
/// sbatch runs come between the two: they override lines, but not arguments.
public struct SbatchOptions: Hashable, Sendable {
    /// What a memory limit counts for.
    public enum Memory: Hashable, Sendable {
        /// For all that the job has on one node.
        case perNode(mebibytes: Int)
        /// For each of its CPUs.
        case perCPU(mebibytes: Int)
    }

    /// What becomes of an output file that exists, also at a requeue.
    public enum OpenMode: String, Hashable, Sendable {
        case append, truncate
    }

    /// Which variables of the submitting environment the job sees.
    public enum Export: Hashable, Sendable {
        /// All of them, Slurm's default.
        case all
        /// None but Slurm's own; the job gets an environment like that of a login.
        case none
    }

    /// The name that squeue, sacct and scancel can look for. A comma in it breaks that, so it is refused.
    public var jobName: String?
    /// One partition, or several with commas: Slurm takes the one that starts first.
    public var partition: String?
    /// The account that is charged.
    public var account: String?
    /// The quality of service.
    public var qos: String?
    /// How many nodes.
    public var nodes: Int?
    /// How many tasks on each node.
    public var tasksPerNode: Int?
    /// How many CPUs for each task.
    public var cpusPerTask: Int?
    /// The memory limit.
    public var memory: Memory?
    /// How long the job may run.
    public var timeLimit: SlurmTimeLimit?
    /// GPUs and other counted devices, for each node.
    public var gres: [SlurmGres] = []
    /// How the GPUs among them are asked for.
    public var gpuForm: GPUForm = .gres
    /// The indices of an array.
    public var array: SlurmArraySpec?
    /// Where output and errors go, with Slurm's patterns such as `%A_%a`. The folder must exist: otherwise the job
    /// fails at its start without a word.
    public var output: String?
    /// What becomes of an output file that exists.
    public var openMode: OpenMode?
    /// Whether Slurm may start the job again after a node failed or it was preempted.
    public var requeue: Bool?
    /// A warning before the time limit.
    public var signal: SlurmSignalRequest?
    /// When the job may start, all of these together.
    public var dependencies: [SlurmDependency] = []
    /// Cancel the job when its dependency can no longer be fulfilled, instead of letting it pend for good.
    public var killOnInvalidDependency: Bool?
    /// Features a node must have, in Slurm's notation.
    public var constraint: String?
    /// Nodes not to use, in Slurm's notation.
    public var exclude: String?
    /// Nodes to use, in Slurm's notation.
    public var nodeList: String?
    /// A reservation, by its name.
    public var reservation: String?
    /// Licenses with their counts, such as `matlab:2`.
    public var licenses: [String] = []
    /// Local disk that each node must have, in MiB.
    public var tmp: Int?
    /// With whom the nodes are shared; nil leaves it to the partition.
    public var exclusive: Exclusive?
    /// Who is written to, and when.
    public var mail: SbatchMail?
    /// Which variables the job sees.
    public var export: Export?
    /// The folder the job starts in. It must exist, as for ``output``.
    public var chdir: String?
    /// A remark. Only some sites keep it in accounting.
    public var comment: String?
    /// Options without a field of their own, as a site needs them. They come last, and none may contradict a field.
    public var extra: [SbatchExtraOption] = []

    /// Nothing asked for yet.
    public init() {}

    /// Remarks on extra options that are not known here, for a person to read.
    public var hints: [String] { extra.compactMap(\.hint) }

    /// The lines `#SBATCH --name=value` in a fixed order, without line ends.
    public func directives() throws(SbatchOptionError) -> [String] {
        try settings().map { setting in
            "#SBATCH --\(setting.name)" + (setting.value.map { "=" + SbatchDirective.quoted($0) } ?? "")
        }
    }

    /// The arguments `--name=value` in a fixed order, each one word that no shell has seen yet.
    public func arguments() throws(SbatchOptionError) -> [String] {
        try settings().map { setting in "--\(setting.name)" + (setting.value.map { "=\($0)" } ?? "") }
    }
}
