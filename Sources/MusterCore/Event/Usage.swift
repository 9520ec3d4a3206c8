/// What a stage used in all and at most, beside the peaks of memory that every ending has.
public struct Usage: Equatable, Sendable {
    /// CPU time of all its processes, in microseconds.
    public var cpu: Int64?
    /// Bytes that its processes read from storage and wrote to it; what the page cache held is not read.
    public var read: Int64?, written: Int64?
    /// Highest sum of proportional set sizes seen, in bytes: shared pages count once. Measured where the config asks.
    public var pss: Int64?
    /// Highest use of memory of the agent's control group so far, in bytes; it includes other slots and the page cache.
    public var group: Int64?
    /// The GPUs that it had.
    public var gpus: [GPUPeak]

    /// Gathers the parts.
    public init(
        cpu: Int64? = nil, read: Int64? = nil, written: Int64? = nil, pss: Int64? = nil, group: Int64? = nil,
        gpus: [GPUPeak] = []
    ) {
        self.cpu = cpu
        self.read = read
        self.written = written
        self.pss = pss
        self.group = group
        self.gpus = gpus
    }

    /// Mean utilisation of its GPUs in per cent; nil where none tells one.
    public var utilization: Double? {
        let known = gpus.compactMap(\.utilization)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }

    /// `{"cpu","read","written","pss","group","gpus"}`; what is not known is left out.
    public var json: JSON {
        .object([
            "cpu": cpu.map { .int($0) }, "read": read.map { .int($0) }, "written": written.map { .int($0) },
            "pss": pss.map { .int($0) }, "group": group.map { .int($0) },
            "gpus": gpus.isEmpty ? nil : .array(gpus.map(\.json)),
        ])
    }

    /// Reads what `json` writes; nil where nothing of it is there.
    public init?(json: JSON) {
        self.init(
            cpu: json["cpu"]?.int, read: json["read"]?.int, written: json["written"]?.int, pss: json["pss"]?.int,
            group: json["group"]?.int, gpus: (json["gpus"]?.array ?? []).compactMap(GPUPeak.init(json:)))
        if self == Usage() { return nil }
    }
}
