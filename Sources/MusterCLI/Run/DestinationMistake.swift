import MusterCore
import MusterSlurm

/// Jobs that no partition takes: why, and what to write instead.
struct DestinationMistake {
    let loaded: LoadedConfig
    let told: SlurmSite
    let request: AllocationRequest
    let named: String?
    let resources: Resources
    /// Jobs side by side in the allocation.
    let slots: Int
    let refusals: [PartitionRefusal]

    /// The mistake at the config's or the cluster file's own place.
    var status: ExitStatus {
        var hints: [String] = []
        if slots > 1 {
            hints.append("packing: element puts one job into each allocation")
        } else {
            if named != nil, case .chosen(let other) = PartitionFit.choose(for: request, on: told),
                let fits = other.name
            {
                hints.append("partition '\(fits)' takes it: write 'partition: \(fits)', or leave it out")
            }
            if let advice = refusals.advice { hints.append(advice) }
        }
        hints.append("see what there is: sinfo -o '%P %l %c %m %G'")
        let asked = slots > 1 ? "\(slots) jobs side by side, which ask" : "a job that asks"
        guard refusals.count == 1, slots == 1 else {
            return loaded.mistake(
                at: keys, "no partition of '\(loaded.cluster.name)' takes \(asked) for \(resources.text)",
                hint: (refusals.map(\.description) + hints).joined(separator: "\n  "))
        }
        var status = loaded.mistake(
            at: keys, "'\(loaded.cluster.name)': \(refusals[0])", hint: hints.joined(separator: "\n  "))
        // The site's own word on a name: sbatch would refuse it.
        if refusals[0].misfits.contains(where: { if case .unknown = $0 { true } else { false } }) { status.code = 5 }
        return status
    }

    /// Where it may be changed, the likeliest first.
    private var keys: [String] {
        let nearest = refusals.min { $0.misfits.count < $1.misfits.count }
        let own = (nearest?.misfits ?? []).filter(\.isLasting).flatMap(\.keys)
        return (slots > 1 ? ["packing"] : []) + own + ["resources.partition", "cluster.partition", "cluster"]
    }
}

extension LoadedConfig {
    /// The partition that the config names, else the cluster file.
    var namedPartition: String? { spec.placement.partition ?? cluster.partition ?? option("partition") }

    /// What one allocation must carry on each of its nodes for `resources`.
    func request(_ resources: Resources) -> AllocationRequest {
        let placement = spec.placement
        return AllocationRequest(
            nodes: max(cluster.nodes, placement.nodes), cpus: resources.cpus,
            memory: resources.memory.map { Int($0.mebibytesRoundedUp) }, gpus: resources.gpus,
            gpuType: placement.gpuType, time: resources.time.map { Int($0.seconds) },
            constraint: placement.constraint ?? option("constraint"),
            account: placement.account ?? cluster.account ?? option("account"),
            qos: placement.qos ?? cluster.qos ?? option("qos"), hasReservation: option("reservation") != nil)
    }

    /// The value of a further sbatch option.
    func option(_ name: String) -> String? { extraOptions.first { $0.option.name == name }?.option.value }

    /// The further sbatch options, those of the config before those of the cluster file, with their places.
    var extraOptions: [(option: ClusterSpec.Option, place: SourceLocation?)] {
        ExtraOptions.merged(cluster, spec)
    }
}
