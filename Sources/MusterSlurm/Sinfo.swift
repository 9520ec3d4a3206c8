/// The site's partitions: the argument list and the rows.
public enum Sinfo {
    /// Every partition, one row for each kind of node and state in it (`-e`: nodes that differ are not one row).
    public static func arguments(program: String = "sinfo") -> [String] {
        [program, "-a", "-h", "-e", "-o", columns.joined(separator: "\u{1F}")]
    }

    /// Nodes of one kind and state in a partition.
    public struct Row: Hashable, Sendable {
        /// The partition's name.
        public let partition: String
        /// Jobs that name no partition go there.
        public let isDefault: Bool
        /// Whether the partition takes and starts jobs: `up`; otherwise `down`, `drain` or `inact`.
        public let availability: String
        /// The longest time limit a job may ask for there.
        public let timeLimit: SlurmTimeLimit?
        /// The nodes' state in Slurm's words, such as `idle`, `mixed`, `down`.
        public let state: String
        /// The nodes do not answer the controller.
        public let isSilent: Bool
        /// How many nodes.
        public let nodeCount: Int
        /// CPUs of one node; the least where they differ.
        public let cpus: Int?
        /// Memory of one node; the least where they differ.
        public let memory: SlurmMemory?
        /// Devices of one node.
        public let gres: [SlurmGres]
        /// The nodes in Slurm's notation; see ``SlurmNodeList``.
        public let nodes: String?
        /// What `--constraint` can ask for.
        public let features: Set<String>
    }

    /// Reads the output of ``arguments(program:)``.
    public static func rows(_ output: String) -> SlurmRows<Row> {
        .parse(output) { fields in
            let name = Text.trimmed(fields[0])
            let isDefault = name.utf8.last == UInt8(ascii: "*")
            let partition = isDefault ? name.dropLast() : name
            guard !partition.isEmpty, let count: Int = Text.number(Text.trimmed(fields[4])) else { return nil }
            let state = Text.trimmed(fields[3])
            let word = state.utf8.prefix { $0 != UInt8(ascii: " ") && !Self.flags.contains($0) }
            return Row(
                partition: String(partition), isDefault: isDefault, availability: String(Text.trimmed(fields[1])),
                timeLimit: SlurmTimeLimit(parsing: fields[2]), state: String(Substring(word)),
                isSilent: state.utf8.last == UInt8(ascii: "*"), nodeCount: count,
                cpus: leadingNumber(fields[5]), memory: SlurmMemory(parsing: fields[6]),
                gres: SlurmGres.list(parsing: fields[7]), nodes: Text.value(fields[8]),
                features: Set(Text.value(fields[9]).map { Text.list($0[...]) } ?? []))
        }
    }

    /// Partition, availability, limit, state, node count, CPUs, memory, devices, nodes, features.
    private static let columns = ["%P", "%a", "%l", "%T", "%D", "%c", "%m", "%G", "%N", "%f"]

    /// Marks that sinfo puts behind a state (sinfo(1), "NODE STATE CODES").
    private static let flags = Set("*~#!%$@^-".utf8)

    /// `4+` is 4.
    private static func leadingNumber(_ text: Substring) -> Int? {
        Text.number(Substring(Text.trimmed(text).utf8.prefix(while: Text.isDigit)))
    }
}
