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
        case .nodes(_, let most, _): most > 0 ? "slurm: {nodes: \(most)}" : nil
        case .fewNodes(_, let least): "slurm: {nodes: \(least)}"
        case .cpus(_, let most, _): most > 0 ? "resources.cpus: \(most)" : nil
        case .memory(_, let most, _): most > 0 ? "resources.memory: \(most)M" : nil
        case .gpus(_, 0, _): nil
        case .gpus(_, let most, _): "resources.gpus: \(most)"
        case .gpuType(let type, let known, let isFeature):
            isFeature ? "slurm: {constraint: \(type)}" : known.first.map { "resources.gpu_type: \($0)" }
        case .gpusInAll(_, let limit): "resources.gpus: \(limit.value)"
        case .constraint(_, let known): known.first.map { "slurm: {constraint: \($0)}" }
        case .fewFit(_, let fitting), .outOfService(_, let fitting):
            fitting > 0 ? "slurm: {nodes: \(fitting)}" : nil
        }
    }

    /// The keys of the config that it is about, the likeliest first; `cluster.` before those of the cluster file.
    public var keys: [String] {
        switch self {
        case .time: ["resources.time"]
        case .cpus: ["resources.cpus"]
        case .memory: ["resources.memory"]
        case .gpus, .gpuType, .gpusInAll: ["resources.gpus", "experiment.gpu"]
        case .account: ["cluster.account", "cluster.partition"]
        case .qos, .foreignQoS: ["cluster.qos", "cluster.partition"]
        case .nodes, .fewNodes, .fewFit, .outOfService: ["cluster.slurm.nodes", "cluster.partition"]
        case .constraint: ["cluster.slurm.constraint"]
        case .unknown, .state, .rootOnly, .reservation, .groups, .together: ["cluster.partition"]
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
