/// Chooses the partition that a request fits.
public enum PartitionFit {
    /// The partition the user named, if it can carry the request; with none named the default one, else the one that
    /// fits tightest: fewest GPUs of a node idle, then the shortest time limit, then the higher tier, then the name.
    ///
    /// The same input gives the same answer. Several names with commas are allowed, as in Slurm; those that do not fit
    /// are left out. A partition that a site did not tell of is refused only if it told of others. Hidden ones are
    /// taken only when they are named. Where nothing fits now, one that may fit later is taken, with remarks.
    public static func choose(
        for request: AllocationRequest, on site: SlurmSite, named: String? = nil
    ) -> PartitionChoice {
        if let named { return choose(among: Text.list(named[...]), named, request, site) }
        guard !site.partitions.isEmpty else {
            return .chosen(.init(name: nil, reason: .unknown, remarks: [], limits: nil))
        }
        let judged = site.partitions.filter { !$0.isHidden }.map { ($0, misfits(of: $0, for: request, on: site)) }
        let lasting = judged.filter { !$0.1.contains(where: \.isLasting) }
        let fitting = lasting.filter(\.1.isEmpty)
        let field = fitting.isEmpty ? lasting : fitting
        guard let best = field.first(where: \.0.isDefault) ?? field.min(by: { precedes($0.0, $1.0, request, site) })
        else { return .none(judged.map { PartitionRefusal(partition: $0.0.name, misfits: $0.1) }) }
        return .chosen(
            .init(
                name: best.0.name, reason: best.0.isDefault ? .isDefault : .tightest, remarks: best.1,
                limits: site.limits(partition: best.0, account: request.account, qos: request.qos)))
    }

    /// All that speaks against one partition.
    public static func misfits(
        of partition: SlurmPartition, for request: AllocationRequest, on site: SlurmSite
    ) -> [Misfit] {
        var found = PartitionRights(site: site, request: request).misfits(partition)
        let limits = site.limits(partition: partition, account: request.account, qos: request.qos)
        if let time = request.time, let limit = limits.wallTime, minutes(time) > limit.value {
            found.append(.time(asked: time, limit: limit))
        }
        if let most = partition.maxNodes, request.nodes > most {
            found.append(
                .nodes(asked: request.nodes, most: most, rule: .partition(partition.name, setting: "MaxNodes")))
        }
        if request.nodes < partition.minNodes {
            found.append(.fewNodes(asked: request.nodes, least: partition.minNodes))
        }
        let gpus = request.nodes * request.gpus
        for limit in [limits.gpusOfJob, limits.gpusOfUser].compactMap(\.self) where gpus > limit.value {
            found.append(.gpusInAll(asked: gpus, limit: limit))
            break
        }
        return found + NodeFit(partition: partition, request: request, configuration: site.configuration).misfits()
    }

    private static func choose(
        among names: [String], _ named: String, _ request: AllocationRequest, _ site: SlurmSite
    ) -> PartitionChoice {
        guard !site.partitions.isEmpty else {
            return .chosen(.init(name: named, reason: .named, remarks: [], limits: nil))
        }
        let judged = names.map { name in
            let own = site.partition(name)
            return (
                name, own,
                own.map { misfits(of: $0, for: request, on: site) }
                    ?? [Misfit.unknown(known: site.partitions.filter { !$0.isHidden }.map(\.name))]
            )
        }
        let usable = judged.filter { !$0.2.contains(where: \.isLasting) }
        guard !usable.isEmpty else {
            return .none(judged.map { PartitionRefusal(partition: $0.0, misfits: $0.2) })
        }
        let limits = usable.compactMap(\.1).map {
            site.limits(partition: $0, account: request.account, qos: request.qos)
        }
        return .chosen(
            .init(
                name: usable.map(\.0).joined(separator: ","), reason: .named, remarks: usable.flatMap(\.2),
                limits: limits.min { ($0.wallTime?.value ?? .max) < ($1.wallTime?.value ?? .max) }))
    }

    private static func precedes(
        _ left: SlurmPartition, _ right: SlurmPartition, _ request: AllocationRequest, _ site: SlurmSite
    ) -> Bool {
        func order(_ partition: SlurmPartition) -> (Int, Int, Int) {
            (
                NodeFit(partition: partition, request: request, configuration: site.configuration).idleGPUs ?? .max,
                partition.maxTime.seconds ?? .max,
                -partition.priorityTier
            )
        }
        let (first, second) = (order(left), order(right))
        return first == second ? left.name < right.name : first < second
    }

    /// Slurm counts limits in whole minutes, rounded up.
    private static func minutes(_ seconds: Int) -> Int { (seconds + 59) / 60 * 60 }
}
