import MusterCore
import YAML

/// Reads what a cluster file says of partitions.
enum PartitionReader {
    /// `partitions: {NAME: {...}}`, in the order of the file.
    static func read(_ cluster: Keyed) -> [ClusterSpec.Partition] {
        cluster.table("partitions").compactMap { pair in
            let path = cluster.name("partitions.\(pair.key)")
            var partition = ClusterSpec.Partition(name: pair.key)
            // Only that it is there.
            if pair.value.isNull { return partition }
            guard let keyed = Keyed(pair.value, .partition, path: path, cluster.reader) else { return nil }
            defer { keyed.finish() }
            partition.isDefault = keyed.flag("default") ?? false
            partition.maxTime = keyed.value("max_time", expected: "a time such as 30m, 2h or 1-12:00:00") {
                WallTime(parsing: $0).flatMap { $0.seconds > 0 ? $0 : nil }
            }
            partition.gpus = gpus(keyed)
            partition.cpus = keyed.count("cpus")
            partition.memory = keyed.value("memory", expected: "a size such as 192G") {
                ByteCount(parsing: $0).flatMap { $0.bytes > 0 ? $0 : nil }
            }
            partition.nodes = keyed.count("nodes")
            return partition
        }
    }

    /// `4`, or `{a100: 4, v100: 2}`.
    private static func gpus(_ keyed: Keyed) -> [String: Int]? {
        let counts = 0...1024
        guard let node = keyed.node("gpus") else { return nil }
        guard let pairs = node.pairs else {
            let count = keyed.value("gpus", expected: "a number from 0 to 1024, or {TYPE: NUMBER}") {
                Int($0).flatMap { counts.contains($0) ? $0 : nil }
            }
            return count.map { $0 == 0 ? [:] : ["": $0] }
        }
        var table: [String: Int] = [:]
        for pair in pairs {
            let name = keyed.name("gpus.\(pair.key)")
            guard let text = Scalar.text(pair.value, name: name, keyed.reader) else { continue }
            guard let count = Int(text), counts.contains(count) else {
                keyed.reader.report(
                    at: pair.value.mark, "'\(name)' can't be '\(text)'", hint: "expected a number from 0 to 1024")
                continue
            }
            if count > 0 { table[pair.key] = count }
        }
        return table
    }
}
