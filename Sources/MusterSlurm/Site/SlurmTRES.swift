/// Counted resources in Slurm's notation: `cpu=12,mem=500G,node=3,billing=12,gres/gpu=8,gres/gpu:a100=4`.
///
/// Read from nodes, partitions, associations and qualities of service (slurm.conf(5), "AccountingStorageTRES").
public struct SlurmTRES: Hashable, Sendable {
    /// The counts by Slurm's names; memory in MiB. Kinds that muster does not use stay here under their names.
    public let counts: [String: Int]

    /// Nothing counted.
    public init(_ counts: [String: Int] = [:]) { self.counts = counts }

    /// Reads a list; parts that cannot be read, and those without a limit, are left out.
    public init(parsing text: some StringProtocol) {
        var counts: [String: Int] = [:]
        for part in Text.split(Substring(text), at: UInt8(ascii: ",")) {
            let halves = Text.split(Text.trimmed(part), at: UInt8(ascii: "="))
            guard halves.count == 2, !halves[0].isEmpty else { continue }
            let name = String(halves[0])
            if name == "mem" || name == "vmem" {
                if let memory = SlurmMemory(parsing: halves[1]) { counts[name] = memory.mebibytes }
            } else if let count = Self.count(halves[1]) {
                counts[name] = count
            }
        }
        self.init(counts)
    }

    /// CPUs.
    public var cpus: Int? { counts["cpu"] }
    /// Memory in MiB.
    public var memory: Int? { counts["mem"] }
    /// Nodes.
    public var nodes: Int? { counts["node"] }
    /// GPUs of `type`, or all of them for nil; where only the types are counted, their sum.
    public func gpus(type: String? = nil) -> Int? {
        if let type { return counts["gres/gpu:\(type)"] }
        if let all = counts["gres/gpu"] { return all }
        let typed = counts.filter { $0.key.hasPrefix("gres/gpu:") }
        return typed.isEmpty ? nil : typed.values.reduce(0, +)
    }

    /// Weights of billing have fractions; they are cut off.
    private static func count(_ text: Substring) -> Int? {
        Text.number(Text.split(text, at: UInt8(ascii: "."))[0])
    }
}
