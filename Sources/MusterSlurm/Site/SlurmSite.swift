/// A Slurm site as one user sees it: what it has, and by which rules it is shared out.
///
/// Everything in it was asked for, or said by the cluster file; nothing is concluded from a release's number.
public struct SlurmSite: Hashable, Sendable {
    /// The controller's configuration.
    public var configuration: SlurmConfiguration
    /// The partitions with their nodes, hidden ones too.
    public var partitions: [SlurmPartition] = []
    /// The user's accounts; nil where the site keeps none or did not tell.
    public var associations: [SlurmAssociation]?
    /// The qualities of service; nil where the site has none or did not tell.
    public var qualities: [SlurmQoS]?
    /// The account that is charged when a job names none.
    public var defaultAccount: String?
    /// The user's groups; nil where that is not known.
    public var groups: [String]?
    /// What the cluster file says beside it.
    public var stated = Stated()
    /// What could not be learned, one sentence each.
    public var gaps: [String] = []

    /// A site of which no more is known than the configuration.
    public init(configuration: SlurmConfiguration) { self.configuration = configuration }

    /// The cluster's name.
    public var name: String? { configuration.clusterName }

    /// Whether ended jobs can be asked for later; where that is not said, whether accounts were told.
    public var keepsAccounting: Bool { stated.accounting ?? configuration.keepsAccounting ?? (associations != nil) }

    /// The partition of jobs that name none.
    public var defaultPartition: SlurmPartition? { partitions.first(where: \.isDefault) }

    /// The partition of that name.
    public func partition(_ name: String) -> SlurmPartition? { partitions.first { $0.name == name } }

    /// The quality of service of that name; case does not matter to Slurm.
    public func quality(_ name: String) -> SlurmQoS? {
        qualities?.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The types of GPU that the site tells apart, in order of their names.
    public var gpuTypes: [String] { Set(partitions.flatMap(\.kinds).flatMap(\.gpuTypes)).sorted() }

    /// What holds for the user's jobs in a partition that are charged to `account`, the default one for nil. The record
    /// for the partition alone comes before the one for all. Nil where nothing is known. Slurm keeps accounts in lower
    /// case.
    public func association(account: String?, partition: String?) -> SlurmAssociation? {
        guard let account = account ?? defaultAccount ?? soleAccount else { return nil }
        let own = (associations ?? []).filter { $0.account == account.lowercased() }
        return own.first { $0.partition != nil && $0.partition == partition } ?? own.first { $0.partition == nil }
    }

    /// The quality of service that a job gets when it asks for `asked`: that one, else the account's default, else the
    /// account's only one, else `normal` where the account has it (resource_limits.html).
    public func effectiveQoS(_ asked: String?, account: String?, partition: String?) -> String? {
        if let asked { return asked }
        guard let association = association(account: account, partition: partition) else { return nil }
        if let name = association.defaultQoS { return name }
        if association.qos.count == 1 { return association.qos[0] }
        return association.qos.contains("normal") ? "normal" : nil
    }

    private var soleAccount: String? {
        let names = Set((associations ?? []).map(\.account))
        return names.count == 1 ? names.first : nil
    }
}
