public import MusterCore

extension SlurmSite {
    /// What the planner must know of the partitions that were chosen for a request: the least that their nodes have, of
    /// those nodes that can carry it, the shortest time limit and the smallest array.
    ///
    /// - Parameter name: As in ``PartitionChoice/Chosen/name``; nil stands for the default partition.
    public func capacity(of name: String?, for request: AllocationRequest) -> Capacity {
        let chosen =
            name.map { Text.list($0[...]).compactMap(partition) } ?? [defaultPartition].compactMap(\.self)
        let limits = chosen.map { self.limits(partition: $0, account: request.account, qos: request.qos) }
        let kinds = chosen.flatMap { partition in
            NodeFit(partition: partition, request: request, configuration: configuration).fitting
                .map {
                    (
                        kind: $0, cpus: $0.cpus.map { min($0, partition.maxCPUsPerNode ?? $0) },
                        memory: $0.memory.map { min($0, partition.maxMemoryPerNode ?? $0) }
                    )
                }
        }
        let told = configuration.maxArraySize
        let arraySize = [told, stated.arraySize?.value].compactMap(\.self).min() ?? configuration.arraySize
        var capacity = Capacity(
            cpus: kinds.compactMap(\.cpus).min(), gpus: kinds.map { $0.kind.gpus(type: request.gpuType) }.min(),
            timeLimit: limits.compactMap(\.wallTime?.value).min().map { WallTime(seconds: Int64($0)) },
            maxArraySize: limits.map(\.arraySize.value).min() ?? arraySize, isLocal: false)
        capacity.mostMemory = kinds.compactMap(\.memory).max().map { .mebibytes(Int64($0)) }
        return capacity
    }
}
