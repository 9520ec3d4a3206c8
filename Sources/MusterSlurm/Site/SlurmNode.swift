/// A node as the controller describes it (scontrol(1), `show node`).
public struct SlurmNode: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// CPUs that jobs can have: those set aside for the system are not among them where Slurm says so (since 22.05).
    public let cpus: Int?
    /// Memory that jobs can have in MiB: the configured amount without what is set aside for the system.
    public let memory: Int?
    /// GPUs and other counted devices.
    public let gres: [SlurmGres]
    /// What `--constraint` can ask for, also what the node would have after a reboot.
    public let features: Set<String>
    /// The state and its flags in Slurm's words, without marks, such as `["IDLE", "CLOUD"]`.
    public let state: [String]
    /// It does not answer the controller.
    public let isSilent: Bool
    /// The partitions that it belongs to.
    public let partitions: [String]
    /// The release of its slurmd, which may be another than the controller's.
    public let version: String?

    /// Reads the output of ``Scontrol/showNodes(program:)``; lines that are no node are left out.
    public static func list(parsing output: String) -> [Self] {
        ScontrolFields.records(output, first: "NodeName").compactMap(Self.init)
    }

    private init?(_ fields: ScontrolFields) {
        guard let name = fields["NodeName"] else { return nil }
        self.name = name
        cpus = fields.number("CPUEfctv") ?? fields.number("CPUTot")
        memory = fields.number("RealMemory").map { max(0, $0 - (fields.number("MemSpecLimit") ?? 0)) }
        gres = fields["Gres"].map { SlurmGres.list(parsing: $0) } ?? []
        features = Set(fields["AvailableFeatures"].map { Text.list($0[...]) } ?? [])
        let words = Text.split((fields["State"] ?? "UNKNOWN")[...], at: UInt8(ascii: "+"))
        state = words.map { word in String(decoding: word.utf8.filter(SlurmNodeState.isLetter), as: UTF8.self) }
        isSilent = words.contains { $0.utf8.last == UInt8(ascii: "*") } || state.contains("NOT_RESPONDING")
        partitions = fields["Partitions"].map { Text.list($0[...]) } ?? []
        version = fields["Version"]
    }

    /// Whether jobs can start on it, now or when it is free or was switched on again.
    public var isInService: Bool { !isSilent && SlurmNodeState.isInService(state) }
}

/// Words for the state of a node (sinfo(1), "NODE STATE CODES").
enum SlurmNodeState {
    /// Words that keep jobs away until somebody does something.
    private static let out: Set<String> = [
        "DOWN", "DRAIN", "DRAINED", "DRAINING", "DRNG", "FAIL", "FAILING", "FAILG", "ERROR", "UNKNOWN", "UNK", "FUTURE",
        "INVAL", "INVALID", "INVALID_REG", "MAINT", "MAINTENANCE", "NO_RESPOND", "NOT_RESPONDING", "BLOCKED",
    ]

    static func isInService(_ words: [String]) -> Bool { !words.contains { out.contains($0.uppercased()) } }

    /// Letters and underscores; the marks behind a state are none.
    static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }
}
