/// Nodes of a partition that are alike.
public struct SlurmNodeKind: Hashable, Sendable {
    /// CPUs of one node.
    public var cpus: Int?
    /// Memory of one node in MiB.
    public var memory: Int?
    /// Counted devices of one node.
    public var gres: [SlurmGres]
    /// What `--constraint` can ask for.
    public var features: Set<String>
    /// How many such nodes there are.
    public var count: Int
    /// How many of them are neither down nor drained.
    public var inService: Int

    /// Describes a kind; by default all of its nodes are in service.
    public init(
        cpus: Int?, memory: Int?, gres: [SlurmGres] = [], features: Set<String> = [], count: Int, inService: Int? = nil
    ) {
        self.cpus = cpus
        self.memory = memory
        self.gres = gres
        self.features = features
        self.count = count
        self.inService = inService ?? count
    }

    /// GPUs of one node, of one type or of all types together.
    public func gpus(type: String? = nil) -> Int {
        gres.filter { $0.name == "gpu" && (type == nil || $0.type == type) }.reduce(0) { $0 + $1.count }
    }

    /// The types of GPU that the site tells apart, in order of their names. A slice of a GPU is a type of its own, such
    /// as `a100_3g.20gb`.
    public var gpuTypes: [String] { Set(gres.filter { $0.name == "gpu" }.compactMap(\.type)).sorted() }

    /// The kinds of nodes in each partition, in the order in which they were first met.
    static func byPartition(_ nodes: [SlurmNode]) -> [String: [Self]] {
        collect(
            nodes.lazy.flatMap { node in
                node.partitions.map { partition in
                    (
                        partition,
                        Self(
                            cpus: node.cpus, memory: node.memory, gres: node.gres.map(\.withoutIndices),
                            features: node.features, count: 1, inService: node.isInService ? 1 : 0)
                    )
                }
            })
    }

    /// The same out of sinfo's rows, where nodes cannot be listed one by one.
    static func byPartition(_ rows: [Sinfo.Row]) -> [String: [Self]] {
        collect(
            rows.lazy.map { row in
                let isInService = !row.isSilent && SlurmNodeState.isInService([row.state])
                return (
                    row.partition,
                    Self(
                        cpus: row.cpus, memory: row.memory?.mebibytes, gres: row.gres.map(\.withoutIndices),
                        features: row.features, count: row.nodeCount, inService: isInService ? row.nodeCount : 0)
                )
            })
    }

    private static func collect(_ parts: some Sequence<(String, Self)>) -> [String: [Self]] {
        var kinds: [String: [Self]] = [:]
        var places: [String: [Self: Int]] = [:]
        for (partition, part) in parts where part.count > 0 {
            var likeness = part
            (likeness.count, likeness.inService) = (0, 0)
            if let place = places[partition]?[likeness] {
                kinds[partition]?[place].count += part.count
                kinds[partition]?[place].inService += part.inService
            } else {
                places[partition, default: [:]][likeness] = kinds[partition]?.count ?? 0
                kinds[partition, default: []].append(part)
            }
        }
        return kinds
    }
}
