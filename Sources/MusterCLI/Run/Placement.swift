import MusterCluster
import MusterCore
import MusterSlurm

/// Where a config's allocations go, and what the planner must know of the place.
struct Placement {
    /// What the planner must know.
    var capacity: Capacity
    /// The partition, several with commas where several are named; nil leaves it to Slurm, or where there are none.
    var partition: String?
    /// What holds there for jobs of this user.
    var limits: SiteLimits?
    /// What a person should know, such as why that partition was taken.
    var notes: [String] = []
    /// The site as it was told; nil where there is no Slurm.
    var told: SlurmSite?

    /// Chooses the place for one job's resources; with `offline` nobody is asked.
    ///
    /// - Throws: A mistake of the config with the reasons of every partition where none takes them.
    static func choose(for loaded: LoadedConfig, on site: Site, offline: Bool = false) async throws -> Placement {
        let cluster = loaded.cluster
        switch site.scheduler {
        case let slurm as SlurmScheduler:
            let told = offline ? SlurmSite(offline: cluster) : try await slurm.site(stated: cluster)
            return try choose(for: loaded, told)
        case let local as LocalScheduler where !offline || cluster.host == nil:
            return Placement(capacity: try await local.capacity())
        default:
            return Placement(
                capacity: Capacity(cpus: nil, gpus: nil, timeLimit: nil, maxArraySize: 1, isLocal: true))
        }
    }

    /// The choice on a site that is known.
    static func choose(for loaded: LoadedConfig, _ told: SlurmSite) throws -> Placement {
        let cluster = loaded.cluster
        let request = request(loaded)
        let named = cluster.partition ?? cluster.slurmValue("partition")
        switch PartitionFit.choose(for: request, on: told, named: named) {
        case .none(let refusals): throw mistake(loaded, told, request, named, refusals)
        case .chosen(let chosen):
            var placement = Placement(
                capacity: told.capacity(of: chosen.name, for: request), partition: chosen.name, limits: chosen.limits,
                told: told)
            let name = chosen.name.map { "partition '\($0)'" } ?? "the default partition"
            placement.notes = chosen.remarks.map { "note: \(name): \($0)" }
            if chosen.reason == .tightest, let first = told.defaultPartition {
                let why = PartitionFit.misfits(of: first, for: request, on: told).map(\.description)
                placement.notes.append(
                    "note: jobs go to \(name); the default '\(first.name)' does not take them: "
                        + why.joined(separator: "; "))
            }
            return placement
        }
    }

    /// What one allocation must at least carry: one job on each of its nodes.
    static func request(_ loaded: LoadedConfig) -> AllocationRequest {
        let (cluster, resources) = (loaded.cluster, loaded.spec.resources)
        return AllocationRequest(
            nodes: cluster.nodes, cpus: resources.cpus, memory: resources.memory.map { Int($0.mebibytesRoundedUp) },
            gpus: resources.gpus, time: resources.time.map { Int($0.seconds) },
            constraint: cluster.slurmValue("constraint"), account: cluster.account ?? cluster.slurmValue("account"),
            qos: cluster.qos ?? cluster.slurmValue("qos"),
            hasReservation: cluster.slurmValue("reservation") != nil)
    }

    private static func mistake(
        _ loaded: LoadedConfig, _ told: SlurmSite, _ request: AllocationRequest, _ named: String?,
        _ refusals: [PartitionRefusal]
    ) -> ExitStatus {
        let name = loaded.cluster.name
        var hints: [String] = []
        if named != nil, case .chosen(let other) = PartitionFit.choose(for: request, on: told), let fits = other.name {
            hints.append("partition '\(fits)' takes it: write 'partition: \(fits)', or leave it out")
        }
        if let advice = refusals.advice { hints.append(advice) }
        hints.append("see what there is: sinfo -o '%P %l %c %m %G'")
        let first = refusals.min { $0.misfits.count < $1.misfits.count }
        let keys = (first?.misfits ?? []).filter(\.isLasting).flatMap(\.keys) + ["cluster.partition", "cluster"]
        if refusals.count == 1 {
            return loaded.mistake(
                at: keys, "'\(name)': \(refusals[0])", hint: hints.joined(separator: "\n  "))
        }
        let reasons = refusals.map(\.description) + hints
        return loaded.mistake(
            at: keys, "no partition of '\(name)' takes a job that asks for \(loaded.spec.resources.text)",
            hint: reasons.joined(separator: "\n  "))
    }
}
