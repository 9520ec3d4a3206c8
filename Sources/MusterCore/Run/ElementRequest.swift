/// What elements ask for instead of what their batch script says.
public struct ElementRequest: Hashable, Sendable {
    /// Memory on each node; nil leaves it to the script.
    public var memory: ByteCount?
    /// How long they last; nil leaves it to the script.
    public var time: WallTime?
    /// Nodes that they stay away from, in Slurm's notation.
    public var exclude: String?
    /// Words for the agent, behind those of the script.
    public var words: [String]

    /// The request of the class `size`, whose elements stay away from the nodes `sick`; nil where the batch script says all.
    public init?(_ plan: RunPlan, size: Int, sick: some Sequence<String> = []) {
        let sort = plan[size]
        let away = Set(sort.avoid).union(sick).sorted()
        let isAdded = plan.classes.indices.contains(size) && sort.base != nil
        guard isAdded || !away.isEmpty else { return nil }
        let nodes = [plan.exclude].compactMap(\.self) + away
        exclude = nodes.isEmpty ? nil : nodes.joined(separator: ",")
        words = []
        guard isAdded else { return }
        memory = sort.resources.memory.map { ByteCount($0.bytes * Int64(sort.slots)) }
        time = sort.elementTime
        words = ["--size", "\(size)", "--slots", "\(sort.slots)"]
    }

    /// Seconds that an agent has in an allocation of that length: what Slurm needs to end a job is left to it.
    public static func timeLeft(of seconds: Int64) -> Int64 { max(1, seconds - min(60, seconds / 10)) }
}
