import MusterCluster
import MusterCore
import MusterSlurm

/// Where a config's allocations go, and what the planner must know of the place.
struct Destination {
    /// What the planner must know.
    var capacity: Capacity
    /// What holds there for jobs of this user; of several partitions in the first, but for the least of their submit
    /// limits.
    var limits: SiteLimits?
    /// What a person should know, such as why a partition was taken.
    var notes: [String] = []
    /// The site as it was told; nil where there is no Slurm.
    var told: SlurmSite?

    /// The most elements that the scheduler takes at once; nil where that is not known.
    var submitLimit: Int? { limits?.submitJobs?.value }

    /// Chooses the place for what the jobs of a config ask for; with `offline` nobody is asked.
    ///
    /// - Throws: A mistake of the config with the reasons of every partition where none takes them.
    static func choose(for loaded: LoadedConfig, on site: Site, offline: Bool = false) async throws -> Destination {
        let cluster = loaded.cluster
        switch site.scheduler {
        case let slurm as SlurmScheduler:
            return try choose(
                for: loaded, offline ? SlurmSite(offline: cluster) : try await slurm.site(stated: cluster))
        case let local as LocalScheduler where !offline || cluster.host == nil:
            return Destination(capacity: try await local.capacity())
        default: return Destination(capacity: .unknownLocal)
        }
    }

    /// The choice on a site that is known: the capacity is the least of the partitions that jobs of all sizes go to.
    static func choose(for loaded: LoadedConfig, _ told: SlurmSite) throws -> Destination {
        let spec = loaded.spec
        var seen: Set<Resources> = []
        var destination: Destination?
        for resources in spec.sizes.isEmpty ? [spec.resources] : spec.sizes where seen.insert(resources).inserted {
            let request = loaded.request(resources)
            let chosen = try Self.partition(for: request, resources, loaded, told)
            let capacity = told.capacity(of: chosen.name, for: request)
            let notes = notes(chosen, request, told)
            guard var known = destination else {
                destination = Destination(capacity: capacity, limits: chosen.limits, notes: notes, told: told)
                continue
            }
            known.capacity = known.capacity.least(capacity, hasGPUs: resources.gpus > 0)
            if let most = chosen.limits?.submitJobs, most.value < known.limits?.submitJobs?.value ?? .max {
                known.limits?.submitJobs = most
            }
            known.notes += notes.filter { !known.notes.contains($0) }
            destination = known
        }
        return destination ?? Destination(capacity: .unknownLocal)
    }

    /// The partition for each size of a plan; nil leaves it to Slurm.
    ///
    /// - Throws: A mistake of the config: several jobs side by side may need more than a node has, although one does not.
    func partitions(of plan: Plan, _ loaded: LoadedConfig) throws -> [String?] {
        guard let told else { return plan.sizes.map { _ in nil } }
        return try plan.sizes.map { size in
            try Self.partition(for: loaded.request(size.element), size.element, loaded, told, slots: size.slots).name
        }
    }

    private static func partition(
        for request: AllocationRequest, _ resources: Resources, _ loaded: LoadedConfig, _ told: SlurmSite,
        slots: Int = 1
    ) throws -> PartitionChoice.Chosen {
        let named = loaded.namedPartition
        switch PartitionFit.choose(for: request, on: told, named: named) {
        case .chosen(let chosen): return chosen
        case .none(let refusals):
            throw DestinationMistake(
                loaded: loaded, told: told, request: request, named: named, resources: resources, slots: slots,
                refusals: refusals
            ).status
        }
    }

    private static func notes(
        _ chosen: PartitionChoice.Chosen, _ request: AllocationRequest, _ told: SlurmSite
    ) -> [String] {
        let name = chosen.name.map { "partition '\($0)'" } ?? "the default partition"
        var notes = chosen.remarks.map { "note: \(name): \($0)" }
        if chosen.reason == .tightest, let first = told.defaultPartition {
            let why = PartitionFit.misfits(of: first, for: request, on: told).map(\.description)
            notes.append(
                "note: jobs go to \(name); the default '\(first.name)' does not take them: "
                    + why.joined(separator: "; "))
        }
        return notes
    }
}

extension Capacity {
    /// A machine that was not asked.
    static let unknownLocal = Capacity(cpus: nil, gpus: nil, timeLimit: nil, maxArraySize: 1, isLocal: true)

    /// What both places have; GPUs count only where jobs use them.
    fileprivate func least(_ other: Capacity, hasGPUs: Bool) -> Capacity {
        var least = Capacity(
            cpus: [cpus, other.cpus].compactMap(\.self).min(),
            gpus: hasGPUs ? [gpus, other.gpus].compactMap(\.self).filter { $0 > 0 }.min() : gpus,
            timeLimit: [timeLimit, other.timeLimit].compactMap(\.self).min(),
            maxArraySize: min(maxArraySize, other.maxArraySize), isLocal: isLocal)
        least.mostMemory = [mostMemory, other.mostMemory].compactMap(\.self).min()
        return least
    }
}
