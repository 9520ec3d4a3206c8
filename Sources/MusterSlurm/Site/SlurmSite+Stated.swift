public import MusterCore

extension SlurmSite {
    /// Limits that a cluster file says; nil is not said.
    public struct Stated: Hashable, Sendable {
        /// The most tasks of one array.
        public var arraySize: SiteLimits.Limit?
        /// The most jobs that may wait or run, and that may run.
        public var submitJobs: SiteLimits.Limit?, runningJobs: SiteLimits.Limit?
        /// Whether ended jobs can be asked for.
        public var accounting: Bool?

        /// Says nothing.
        public init() {}
    }

    /// A site that was not asked: what its cluster file says, and no more.
    public init(offline cluster: ClusterSpec) {
        self = SlurmSite(configuration: SlurmConfiguration(parsing: "")).stated(by: cluster)
    }

    /// The site with what its cluster file says of it.
    ///
    /// Limits in the file take the place of the site's. What it says of nodes narrows what the site told of them, or
    /// stands in where the site told nothing. Where it lists partitions, others are taken only when they are named.
    public func stated(by cluster: ClusterSpec) -> SlurmSite {
        var site = self
        func limit(_ value: Int?, _ key: String) -> SiteLimits.Limit? {
            value.map { SiteLimits.Limit($0, .clusterFile(setting: key)) }
        }
        site.stated.arraySize = limit(cluster.maxArraySize, "max_array_size")
        site.stated.submitJobs = limit(cluster.submitLimit, "submit_limit")
        site.stated.runningJobs = limit(cluster.maxJobs, "max_jobs")
        site.stated.accounting = cluster.accounting
        guard !cluster.partitions.isEmpty else { return site }
        if partitions.isEmpty { site.partitions = cluster.partitions.map { SlurmPartition(name: $0.name) } }
        let listed = cluster.partitions.filter { site.partition($0.name) != nil }
        for missing in cluster.partitions where site.partition(missing.name) == nil {
            site.gaps.append("partitions: the site has no '\(missing.name)', which the cluster file lists")
        }
        guard !listed.isEmpty else { return site }
        let first = listed.first(where: \.isDefault)?.name
        for index in site.partitions.indices {
            let name = site.partitions[index].name
            if let first { site.partitions[index].isDefault = name == first }
            if let said = listed.first(where: { $0.name == name }) {
                site.partitions[index].state(said)
            } else {
                site.partitions[index].isHidden = true
            }
        }
        return site
    }
}

extension SlurmPartition {
    /// Stands for a number of nodes that nobody said.
    private static let manyNodes = 1_000_000

    fileprivate mutating func state(_ said: ClusterSpec.Partition) {
        isHidden = false
        if let time = said.maxTime {
            (maxTime, maxTimeRule) = (.seconds(Int(time.seconds)), .clusterFile(setting: "partitions.\(name).max_time"))
        }
        if let nodes = said.nodes { totalNodes = totalNodes == 0 ? nodes : min(totalNodes, nodes) }
        let memory = said.memory.map { Int($0.bytes >> 20) }
        if kinds.isEmpty {
            guard said.cpus != nil || memory != nil || said.gpus != nil else { return }
            let types = (said.gpus ?? [:]).sorted { $0.key < $1.key }
            let devices = types.isEmpty ? [[]] : types.map { [Self.gpu($0.key, $0.value)] }
            kinds = devices.map {
                SlurmNodeKind(
                    cpus: said.cpus, memory: memory, gres: $0, count: totalNodes == 0 ? Self.manyNodes : totalNodes)
            }
            return
        }
        let hasGPUs = kinds.contains { $0.gpus() > 0 }
        for index in kinds.indices {
            if let cpus = said.cpus { kinds[index].cpus = min(kinds[index].cpus ?? cpus, cpus) }
            if let memory { kinds[index].memory = min(kinds[index].memory ?? memory, memory) }
            guard let gpus = said.gpus else { continue }
            let others = kinds[index].gres.filter { $0.name != "gpu" }
            let told = kinds[index].gres.filter { $0.name == "gpu" }
            let own = hasGPUs ? told.compactMap { Self.narrowed($0, gpus) } : gpus.map { Self.gpu($0.key, $0.value) }
            kinds[index].gres = own + others
        }
    }

    private static func gpu(_ type: String, _ count: Int) -> SlurmGres {
        SlurmGres(type: type.isEmpty ? nil : type, count: count)
    }

    /// The devices as far as the file has them; a count without a type is for all types.
    private static func narrowed(_ told: SlurmGres, _ gpus: [String: Int]) -> SlurmGres? {
        guard let most = told.type.flatMap({ gpus[$0] }) ?? gpus[""] else {
            return told.type == nil && !gpus.isEmpty ? told : nil
        }
        return SlurmGres(type: told.type, count: min(told.count, most))
    }
}
