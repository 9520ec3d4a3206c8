/// What `scontrol show config` says, one setting a line.
public struct SlurmConfiguration: Hashable, Sendable {
    private let values: [String: String]

    /// Reads the whole output; lines that are no setting are left out. A later line wins.
    public init(parsing output: String) {
        var values: [String: String] = [:]
        for line in Text.lines(output).lines {
            guard let equals = Text.find(" = ", in: line, from: line.startIndex) else { continue }
            let key = Text.trimmed(line[..<equals])
            guard !key.isEmpty, !key.utf8.contains(where: Text.isBlank) else { continue }
            values[key.lowercased()] = String(Text.trimmed(line[equals...].dropFirst(3)))
        }
        self.values = values
    }

    /// A setting as it was printed; the key's case does not matter. Nil for none and for Slurm's words for none.
    public subscript(key: String) -> String? { values[key.lowercased()].flatMap { Text.value($0[...]) } }

    /// Whether the output held no setting at all.
    public var isEmpty: Bool { values.isEmpty }

    /// One more than the largest index an array may have.
    public var maxArraySize: Int? { leadingNumber("MaxArraySize") }
    /// The same, or Slurm's own default where it was not said (slurm.conf(5)).
    public var arraySize: Int { maxArraySize ?? 1001 }
    /// How many jobs the controller keeps at most, every task of an array counted.
    public var maxJobCount: Int? { leadingNumber("MaxJobCount") }
    /// For how many seconds the queue still shows a job that has ended.
    public var minJobAgeSeconds: Int? { leadingNumber("MinJobAge") }
    /// How many seconds lie between the first signal and SIGKILL.
    public var killWaitSeconds: Int? { leadingNumber("KillWait") }
    /// For people to read; no decision is made by it.
    public var version: String? { self["SLURM_VERSION"] }
    /// The name of the cluster.
    public var clusterName: String? { self["ClusterName"] }
    /// Whether sacct can be expected to answer; nil when it is not said.
    public var keepsAccounting: Bool? {
        values["accountingstoragetype"].map { !["accounting_storage/none", "(null)", ""].contains($0) }
    }

    /// `600 sec` is 600.
    private func leadingNumber(_ key: String) -> Int? {
        self[key].flatMap { Text.words($0[...]).first }.flatMap { Text.number($0) }
    }
}
