/// The rules of accounting for one job, in the order in which Slurm lets them decide.
struct LimitRules {
    /// What one rule limits, with the names that Slurm gives the limits.
    struct Layer {
        var wall: SiteLimits.Limit?
        var submit: SiteLimits.Limit?
        var jobs: SiteLimits.Limit?
        var gpusOfJob: SiteLimits.Limit?
        var gpusOfUser: SiteLimits.Limit?
    }

    /// Those that decide one by one, the first first.
    private var layers: [Layer] = []
    /// What many share holds beside them.
    private(set) var groupSubmit: SiteLimits.Limit?
    private(set) var groupJobs: SiteLimits.Limit?
    private(set) var groupGPUs: SiteLimits.Limit?
    /// The job's quality of service lifts the partition's time limit.
    private(set) var liftsPartitionTime = false

    init(site: SlurmSite, partition: SlurmPartition, account: String?, qos: String?) {
        let enforced = site.configuration.enforcement
        guard enforced.contains("limits") else { return }
        let association = site.association(account: account, partition: partition.name)
        let own = site.effectiveQoS(qos, account: account, partition: partition.name).flatMap(site.quality)
        let laid = partition.qos.flatMap(site.quality)
        if let laid {
            layers.append(Self.layer(laid) { .partitionQoS(laid.name, partition: partition.name, setting: $0) })
        }
        if let own {
            let layer = Self.layer(own) { .qos(own.name, setting: $0) }
            layers.insert(layer, at: own.flags.contains("OverPartQOS") ? 0 : layers.count)
            liftsPartitionTime = own.flags.contains("PartitionTimeLimit")
        }
        if let association { layers.append(Self.layer(association)) }
        takeGroups(association, own ?? laid)
    }

    /// The first rule that says something.
    func first(_ field: KeyPath<Layer, SiteLimits.Limit?>) -> SiteLimits.Limit? {
        layers.lazy.compactMap { $0[keyPath: field] }.first
    }

    private static func layer(_ qos: SlurmQoS, _ rule: (String) -> LimitRule) -> Layer {
        Layer(
            wall: limit(qos.maxWall?.seconds, rule("MaxWall")),
            submit: limit(qos.maxSubmitJobsPerUser, rule("MaxSubmitJobsPerUser")),
            jobs: limit(qos.maxJobsPerUser, rule("MaxJobsPerUser")),
            gpusOfJob: limit(qos.maxTRES.gpus(), rule("MaxTRES")),
            gpusOfUser: limit(qos.maxTRESPerUser.gpus(), rule("MaxTRESPerUser")))
    }

    private static func layer(_ association: SlurmAssociation) -> Layer {
        let rule = { (setting: String) in LimitRule.account(association.account, setting: setting) }
        return Layer(
            wall: limit(association.maxWall?.seconds, rule("MaxWall")),
            submit: limit(association.maxSubmitJobs, rule("MaxSubmitJobs")),
            jobs: limit(association.maxJobs, rule("MaxJobs")),
            gpusOfJob: limit(association.maxTRES.gpus(), rule("MaxTRES")))
    }

    private static func limit(_ value: Int?, _ rule: LimitRule) -> SiteLimits.Limit? {
        value.map { SiteLimits.Limit($0, rule) }
    }

    private mutating func takeGroups(_ association: SlurmAssociation?, _ qos: SlurmQoS?) {
        func least(_ own: Int?, _ shared: Int?, _ setting: String) -> SiteLimits.Limit? {
            let fromAccount = association.flatMap { Self.limit(own, .account($0.account, setting: setting)) }
            let fromQoS = qos.flatMap { Self.limit(shared, .qos($0.name, setting: setting)) }
            guard let fromAccount, let fromQoS else { return fromAccount ?? fromQoS }
            return fromQoS.value < fromAccount.value ? fromQoS : fromAccount
        }
        groupSubmit = least(association?.groupSubmitJobs, qos?.groupSubmitJobs, "GrpSubmitJobs")
        groupJobs = least(association?.groupJobs, qos?.groupJobs, "GrpJobs")
        groupGPUs = least(association?.groupTRES.gpus(), qos?.groupTRES.gpus(), "GrpTRES")
    }
}
