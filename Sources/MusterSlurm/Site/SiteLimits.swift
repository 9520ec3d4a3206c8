/// Where a limit comes from, for words to the user.
public enum LimitRule: Hashable, Sendable, CustomStringConvertible {
    /// A setting of the whole site.
    case site(setting: String)
    /// A partition's own setting.
    case partition(String, setting: String)
    /// The quality of service that a partition lays over its jobs.
    case partitionQoS(String, partition: String, setting: String)
    /// The job's quality of service.
    case qos(String, setting: String)
    /// The user's account.
    case account(String, setting: String)
    /// What the cluster file says of the site.
    case clusterFile(setting: String)

    /// Such as `MaxTime of partition 'gpu'`.
    public var description: String {
        switch self {
        case .site(let setting): "\(setting) of the site"
        case .partition(let name, let setting): "\(setting) of partition '\(name)'"
        case .partitionQoS(let name, let partition, let setting):
            "\(setting) of QoS '\(name)', which holds in partition '\(partition)'"
        case .qos(let name, let setting): "\(setting) of QoS '\(name)'"
        case .account(let name, let setting): "\(setting) of account '\(name)'"
        case .clusterFile(let setting): "\(setting) of the cluster file"
        }
    }
}

/// What holds for a user's jobs in one partition, under one account and quality of service, and by which rule.
public struct SiteLimits: Hashable, Sendable {
    /// A number and where it comes from.
    public struct Limit: Hashable, Sendable {
        /// The number, in the unit of its field.
        public let value: Int
        /// Where it comes from.
        public let rule: LimitRule

        /// Puts both together.
        public init(_ value: Int, _ rule: LimitRule) {
            self.value = value
            self.rule = rule
        }
    }

    /// The longest time limit of a job, in seconds.
    public var wallTime: Limit?
    /// The time limit of a job that asks for none, in seconds; nil where that is the longest.
    public var defaultTime: Limit?
    /// How many jobs may wait or run at once, every task of an array counted.
    public var submitJobs: Limit?
    /// How many jobs may run at once.
    public var runningJobs: Limit?
    /// How many tasks one array may have; its highest index is below `MaxArraySize` in any case.
    public var arraySize: Limit
    /// GPUs of one job, all nodes together.
    public var gpusOfJob: Limit?
    /// GPUs that all of the user's running jobs may have together.
    public var gpusOfUser: Limit?
}

extension SlurmSite {
    /// Looks the rules up. Where several set the same limit, Slurm lets the first of these decide: the partition's QoS,
    /// the job's QoS, the account (resource_limits.html); a job's QoS with the flag `OverPartQOS` comes before the
    /// partition's. Rules of accounting that the site does not enforce are left out. The partition's own `MaxTime` holds
    /// beside them, unless the QoS has the flag `PartitionTimeLimit`.
    public func limits(partition: SlurmPartition, account: String?, qos: String?) -> SiteLimits {
        let rules = LimitRules(site: self, partition: partition, account: account, qos: qos)
        let own = partition.maxTime.seconds.map {
            SiteLimits.Limit($0, partition.maxTimeRule ?? .partition(partition.name, setting: "MaxTime"))
        }
        let wall = rules.first(\.wall)
        let wallTime = rules.liftsPartitionTime ? wall ?? own : least([wall, own])
        let submit = stated.submitJobs ?? least([rules.first(\.submit), rules.groupSubmit])
        let running = stated.runningJobs ?? least([rules.first(\.jobs), rules.groupJobs])
        let arrays = [
            SiteLimits.Limit(configuration.arraySize, .site(setting: "MaxArraySize")),
            configuration.schedulerParameter("max_array_tasks").map {
                SiteLimits.Limit($0, .site(setting: "max_array_tasks"))
            },
            configuration.maxJobCount.map { SiteLimits.Limit($0, .site(setting: "MaxJobCount")) }, submit,
        ]
        // Where the site does not say how large an array may be, the cluster file does.
        let isTold = configuration.maxArraySize != nil || stated.arraySize == nil
        return SiteLimits(
            wallTime: wallTime,
            defaultTime: partition.defaultTime?.seconds.map {
                SiteLimits.Limit($0, .partition(partition.name, setting: "DefaultTime"))
            },
            submitJobs: submit, runningJobs: running,
            arraySize: least(Array(arrays.dropFirst(isTold ? 0 : 1)) + [stated.arraySize])
                ?? SiteLimits.Limit(1, .site(setting: "MaxArraySize")),
            gpusOfJob: rules.first(\.gpusOfJob), gpusOfUser: least([rules.first(\.gpusOfUser), rules.groupGPUs]))
    }

    /// The smallest; of equal ones the first.
    private func least(_ limits: [SiteLimits.Limit?]) -> SiteLimits.Limit? {
        limits.compactMap(\.self).reduce(nil) { best, next in
            guard let best else { return next }
            return next.value < best.value ? next : best
        }
    }
}

extension SlurmTimeLimit {
    /// Nil for no limit.
    var seconds: Int? { if case .seconds(let seconds) = self { seconds } else { nil } }
}
