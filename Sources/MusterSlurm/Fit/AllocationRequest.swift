/// What one allocation asks for, as far as the choice of a partition depends on it.
public struct AllocationRequest: Hashable, Sendable {
    /// How many nodes.
    public var nodes: Int
    /// CPUs on each node.
    public var cpus: Int
    /// Memory on each node in MiB; nil leaves it to the site.
    public var memory: Int?
    /// GPUs on each node.
    public var gpus: Int
    /// The site's name for their model; nil for any.
    public var gpuType: String?
    /// Seconds; nil leaves it to the partition.
    public var time: Int?
    /// Features in Slurm's notation (sbatch(1), `--constraint`).
    public var constraint: String?
    /// The account; nil for the user's default one.
    public var account: String?
    /// The quality of service; nil for the account's default one.
    public var qos: String?
    /// Whether a reservation is asked for.
    public var hasReservation: Bool

    /// A request; without arguments for one CPU of one node.
    public init(
        nodes: Int = 1, cpus: Int = 1, memory: Int? = nil, gpus: Int = 0, gpuType: String? = nil, time: Int? = nil,
        constraint: String? = nil, account: String? = nil, qos: String? = nil, hasReservation: Bool = false
    ) {
        self.nodes = nodes
        self.cpus = cpus
        self.memory = memory
        self.gpus = gpus
        self.gpuType = gpuType
        self.time = time
        self.constraint = constraint
        self.account = account
        self.qos = qos
        self.hasReservation = hasReservation
    }
}
