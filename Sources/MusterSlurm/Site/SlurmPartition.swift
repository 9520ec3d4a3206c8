/// A partition: who may use it, for how long, and what its nodes are (scontrol(1), `show partition`; slurm.conf(5)).
///
/// A list that is nil allows everybody; a number that is nil is no limit.
public struct SlurmPartition: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Jobs that name no partition go there.
    public var isDefault = false
    /// `UP`; `DOWN` takes jobs and starts none, `DRAIN` and `INACTIVE` take none.
    public var state = "UP"
    /// The longest time limit a job may ask for.
    public var maxTime: SlurmTimeLimit = .unlimited
    /// Where that comes from if not from the partition's own setting.
    public var maxTimeRule: LimitRule?
    /// The time limit of a job that asks for none; nil stands for ``maxTime``.
    public var defaultTime: SlurmTimeLimit?
    /// Its nodes in Slurm's notation.
    public var nodeList: String?
    /// How many nodes it has.
    public var totalNodes = 0
    /// What its nodes are like; empty where that is not known.
    public var kinds: [SlurmNodeKind] = []
    /// Nodes of one job.
    public var maxNodes: Int?, minNodes = 0
    /// CPUs that jobs can have together on one node.
    public var maxCPUsPerNode: Int?
    /// Memory of a job that asks for none, in MiB.
    public var defaultMemoryPerCPU: Int?, defaultMemoryPerNode: Int?
    /// The most memory a job may ask for, in MiB.
    public var maxMemoryPerCPU: Int?, maxMemoryPerNode: Int?
    /// Accounts that may use it, or may not.
    public var allowAccounts: [String]?, denyAccounts: [String] = []
    /// Qualities of service that may be used in it, or may not.
    public var allowQoS: [String]?, denyQoS: [String] = []
    /// Groups whose members may use it.
    public var allowGroups: [String]?
    /// The quality of service whose limits hold for all of its jobs.
    public var qos: String?
    /// Where jobs of several partitions want the same node, the highest tier comes first.
    public var priorityTier = 1
    /// What becomes of its jobs when those of a higher tier need their nodes: `OFF`, `REQUEUE`, `CANCEL`, `SUSPEND`.
    public var preemptMode = "OFF"
    /// `NO`, `YES:4`, `FORCE:1`, or `EXCLUSIVE` where each job gets whole nodes.
    public var overSubscribe = "NO"
    /// Not shown to people who do not ask for it.
    public var isHidden = false
    /// Only root may use it.
    public var isRootOnly = false
    /// Only jobs with a reservation may use it.
    public var requiresReservation = false

    /// A partition without limits and without known nodes.
    public init(name: String) { self.name = name }

    /// Reads the output of ``Scontrol/showPartitions(program:)``; lines that are no partition are left out.
    public static func list(parsing output: String) -> [Self] {
        ScontrolFields.records(output, first: "PartitionName").compactMap(Self.init)
    }

    private init?(_ fields: ScontrolFields) {
        guard let name = fields["PartitionName"] else { return nil }
        self.init(name: name)
        isDefault = fields.flag("Default")
        state = fields["State"]?.uppercased() ?? "UNKNOWN"
        maxTime = fields["MaxTime"].flatMap(SlurmTimeLimit.init(parsing:)) ?? .unlimited
        defaultTime = fields["DefaultTime"].flatMap(SlurmTimeLimit.init(parsing:))
        nodeList = fields["Nodes"]
        totalNodes = fields.number("TotalNodes") ?? 0
        (maxNodes, minNodes) = (fields.number("MaxNodes"), fields.number("MinNodes") ?? 0)
        maxCPUsPerNode = fields.number("MaxCPUsPerNode")
        (defaultMemoryPerCPU, defaultMemoryPerNode) = (fields.number("DefMemPerCPU"), fields.number("DefMemPerNode"))
        (maxMemoryPerCPU, maxMemoryPerNode) = (fields.number("MaxMemPerCPU"), fields.number("MaxMemPerNode"))
        (allowAccounts, denyAccounts) = (fields.list("AllowAccounts"), fields.list("DenyAccounts") ?? [])
        (allowQoS, denyQoS) = (fields.list("AllowQos"), fields.list("DenyQos") ?? [])
        allowGroups = fields.list("AllowGroups")
        qos = fields["QoS"]
        priorityTier = fields.number("PriorityTier") ?? 1
        preemptMode = fields["PreemptMode"] ?? "OFF"
        overSubscribe = fields["OverSubscribe"] ?? "NO"
        (isHidden, isRootOnly) = (fields.flag("Hidden"), fields.flag("RootOnly"))
        requiresReservation = fields.flag("ReqResv")
    }

    /// The most of each type of GPU on one node; untyped ones under an empty name.
    public var gpusPerNode: [String: Int] {
        var most: [String: Int] = [:]
        for kind in kinds {
            for type in Set(kind.gres.filter { $0.name == "gpu" && $0.count > 0 }.map { $0.type ?? "" }) {
                let count = kind.gres.filter { $0.name == "gpu" && ($0.type ?? "") == type }.reduce(0) { $0 + $1.count }
                most[type] = max(most[type] ?? 0, count)
            }
        }
        return most
    }
}
