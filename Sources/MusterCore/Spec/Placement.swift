/// Where a sweep's allocations may run, in Slurm's words; what is nil is the cluster's or Slurm's own choice.
public struct Placement: Hashable, Sendable {
    /// Partition, account and quality of service.
    public var partition: String?, account: String?, qos: String?
    /// The type of GPUs.
    public var gpuType: String?
    /// Features that nodes must have, as Slurm writes them: `a100&nvlink`.
    public var constraint: String?
    /// Nodes to stay away from, as Slurm writes them: `n[01-04]`.
    public var exclude: String?
    /// Further sbatch options.
    public var slurm: [ClusterSpec.Option] = []
    /// Nodes of one job.
    public var nodes = 1

    /// Leaves all to the cluster.
    public init() {}
}
