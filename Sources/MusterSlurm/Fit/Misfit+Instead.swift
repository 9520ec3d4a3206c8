extension Misfit {
    /// What to write in the config or the cluster file so that this no longer speaks against the partition; nil where
    /// nothing can be written.
    public var instead: String? {
        switch self {
        case .unknown, .state, .rootOnly, .groups, .together: nil
        case .reservation: "slurm: {reservation: NAME}"
        case .account(_, let usable): usable.first.map { "account: \($0)" }
        case .qos(_, let names), .foreignQoS(_, _, let names): names.first.map { "qos: \($0)" }
        case .time(_, let limit): "resources.time: \"\(SlurmTimeLimit.seconds(limit.value))\""
        case .nodes(_, let most, _): most > 0 ? "nodes: \(most)" : nil
        case .fewNodes(_, let least): "nodes: \(least)"
        case .cpus(_, let most, _): most > 0 ? "resources.cpus: \(most)" : nil
        case .memory(_, let most, _): most > 0 ? "resources.memory: \(most)M" : nil
        case .gpus(_, 0, _): nil
        case .gpus(_, let most, _): "resources.gpus: \(most)"
        case .gpuType(let type, let known, let isFeature):
            isFeature ? "resources.constraint: \(type)" : known.first.map { "resources.gpu_type: \($0)" }
        case .gpusInAll(_, let limit): "resources.gpus: \(limit.value)"
        case .constraint(_, let known): known.first.map { "resources.constraint: \($0)" }
        case .fewFit(_, let fitting), .outOfService(_, let fitting):
            fitting > 0 ? "nodes: \(fitting)" : nil
        }
    }

    /// The keys of the config that it is about, the likeliest first; `cluster.` before those of the cluster file.
    public var keys: [String] {
        switch self {
        case .time: ["resources.time"]
        case .cpus: ["resources.cpus"]
        case .memory: ["resources.memory"]
        case .gpuType: ["resources.gpu_type", "resources.gpus"]
        case .gpus, .gpusInAll: ["resources.gpus", "experiment.gpu"]
        case .account: ["resources.account", "cluster.account"]
        case .qos, .foreignQoS: ["resources.qos", "cluster.qos"]
        case .nodes, .fewNodes, .fewFit, .outOfService: ["resources.nodes", "cluster.slurm.nodes"]
        case .constraint: ["resources.constraint", "cluster.slurm.constraint"]
        case .unknown, .state, .rootOnly, .reservation, .groups, .together:
            ["resources.partition", "cluster.partition"]
        }
    }
}

extension [PartitionRefusal] {
    /// The change that makes the request fit somewhere with the fewest words, for a person to read; nil where there is
    /// none.
    public var advice: String? {
        let changes = compactMap { refusal -> (partition: String, words: [String])? in
            let lasting = refusal.misfits.filter(\.isLasting)
            let words = lasting.compactMap(\.instead)
            return words.count == lasting.count ? (refusal.partition, words) : nil
        }
        return changes.enumerated().min { ($0.element.words.count, $0.offset) < ($1.element.words.count, $1.offset) }
            .map { "partition '\($0.element.partition)' takes it with \($0.element.words.joined(separator: ", "))" }
    }
}
