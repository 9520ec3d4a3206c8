/// Whether enough of a partition's nodes can carry a request, and if not, what is missing.
struct NodeFit {
    let partition: SlurmPartition
    let request: AllocationRequest
    let configuration: SlurmConfiguration

    /// The kinds of nodes that can carry the request.
    var fitting: [SlurmNodeKind] { partition.kinds.filter { lacks($0).isEmpty } }

    /// GPUs of a node that would lie idle, on the tightest kind of node that fits; nil where none fits.
    var idleGPUs: Int? {
        fitting.map { $0.gpus() - request.gpus }.min()
    }

    /// Nothing is said where the nodes are not known.
    func misfits() -> [Misfit] {
        guard !partition.kinds.isEmpty else {
            return request.nodes > partition.totalNodes && partition.totalNodes > 0
                ? [.nodes(asked: request.nodes, most: partition.totalNodes, rule: nil)] : []
        }
        let fitting = fitting
        if fitting.isEmpty { return explained() }
        let count = fitting.reduce(0) { $0 + $1.count }
        if count < request.nodes {
            let all = partition.kinds.reduce(0) { $0 + $1.count }
            return all < request.nodes
                ? [.nodes(asked: request.nodes, most: all, rule: nil)]
                : [.fewFit(asked: request.nodes, fitting: count)]
        }
        let inService = fitting.reduce(0) { $0 + $1.inService }
        return inService < request.nodes ? [.outOfService(asked: request.nodes, inService: inService)] : []
    }

    private enum Need: CaseIterable { case cpus, memory, gpuType, gpus, constraint }

    private func lacks(_ kind: SlurmNodeKind) -> [Need] {
        Need.allCases.filter { need in
            switch need {
            case .cpus: kind.cpus.map { min($0, partition.maxCPUsPerNode ?? $0) < request.cpus } ?? false
            case .memory: kind.memory.map { min($0, memoryRule?.value ?? $0) < request.memory ?? 0 } ?? false
            case .gpuType: request.gpus > 0 && request.gpuType.map { !kind.gpuTypes.contains($0) } ?? false
            case .gpus: request.gpus > 0 && kind.gpus(type: request.gpuType) < request.gpus
            case .constraint: !(constraint?.holds(for: kind.features) ?? true)
            }
        }
    }

    private var constraint: FeatureExpression? { request.constraint.flatMap { FeatureExpression(parsing: $0) } }

    /// What no kind of node has; where each thing is had by some kind, that is the answer.
    private func explained() -> [Misfit] {
        let lacking = partition.kinds.map(lacks)
        let nowhere = Need.allCases.filter { need in lacking.allSatisfy { $0.contains(need) } }
        let misfits = nowhere.compactMap(misfit)
        return misfits.isEmpty ? [.together] : misfits
    }

    private func misfit(_ need: Need) -> Misfit? {
        let kinds = partition.kinds
        switch need {
        case .cpus:
            let most = kinds.compactMap(\.cpus).max() ?? 0
            let ruled = partition.maxCPUsPerNode.flatMap { $0 < most ? $0 : nil }
            return .cpus(
                asked: request.cpus, most: ruled ?? most,
                rule: ruled.map { _ in .partition(partition.name, setting: "MaxCPUsPerNode") })
        case .memory:
            let most = kinds.compactMap(\.memory).max() ?? 0
            let ruled = memoryRule.flatMap { $0.value < most ? $0 : nil }
            return .memory(asked: request.memory ?? 0, most: ruled?.value ?? most, rule: ruled?.rule)
        case .gpuType:
            guard let type = request.gpuType, kinds.contains(where: { $0.gpus() > 0 }) else { return nil }
            return .gpuType(
                type, known: Set(kinds.flatMap(\.gpuTypes)).sorted(),
                isFeature: kinds.contains { $0.gpus() > 0 && $0.features.contains(type) })
        case .gpus:
            let type = request.gpuType.flatMap { type in kinds.contains { $0.gpuTypes.contains(type) } ? type : nil }
            if type == nil, request.gpuType != nil, kinds.contains(where: { $0.gpus() > 0 }) { return nil }
            return .gpus(asked: request.gpus, most: kinds.map { $0.gpus(type: type) }.max() ?? 0, type: type)
        case .constraint:
            return .constraint(request.constraint ?? "", known: Set(kinds.flatMap(\.features)).sorted())
        }
    }

    /// What one job may have on a node, in MiB: the partition's rule, else the site's.
    private var memoryRule: SiteLimits.Limit? {
        let own = { (setting: String) in LimitRule.partition(partition.name, setting: setting) }
        if let most = partition.maxMemoryPerNode { return SiteLimits.Limit(most, own("MaxMemPerNode")) }
        if let each = partition.maxMemoryPerCPU { return ofAllCPUs(each, own("MaxMemPerCPU")) }
        if let most = configuration.maxMemoryPerNode { return SiteLimits.Limit(most, .site(setting: "MaxMemPerNode")) }
        return configuration.maxMemoryPerCPU.flatMap { ofAllCPUs($0, .site(setting: "MaxMemPerCPU")) }
    }

    /// Slurm gives a job that asks for more more CPUs where it can, so what all CPUs of a node may have is the limit.
    private func ofAllCPUs(_ each: Int, _ rule: LimitRule) -> SiteLimits.Limit? {
        partition.kinds.compactMap(\.cpus).max().map { SiteLimits.Limit(each * $0, rule) }
    }
}
