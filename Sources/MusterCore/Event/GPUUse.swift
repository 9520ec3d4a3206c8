/// What one GPU does at a moment, as told with the stage that has it.
public struct GPUUse: Equatable, Sendable {
    /// The GPU's own name, which no order of counting changes: `GPU-...` or `MIG-...`.
    public var id: String
    /// Memory of it in use by whomever, in bytes.
    public var used: Int64?
    /// Memory of it in use by the stage, in bytes: of its processes where these are known, else what was added since
    /// it began.
    public var own: Int64?
    /// All its memory, in bytes.
    public var total: Int64?
    /// Per cent of the last second in which it computed.
    public var utilization: Int?
    /// Power in milliwatts.
    public var power: Int64?
    /// Temperature in degrees Celsius.
    public var temperature: Int?

    /// Describes a GPU's use.
    public init(
        id: String, used: Int64? = nil, own: Int64? = nil, total: Int64? = nil, utilization: Int? = nil,
        power: Int64? = nil, temperature: Int? = nil
    ) {
        self.id = id
        self.used = used
        self.own = own
        self.total = total
        self.utilization = utilization
        self.power = power
        self.temperature = temperature
    }

    var json: JSON {
        .object([
            "id": .string(id), "used": used.map { .int($0) }, "own": own.map { .int($0) },
            "total": total.map { .int($0) }, "util": utilization.map { .int($0) }, "mw": power.map { .int($0) },
            "celsius": temperature.map { .int($0) },
        ])
    }

    init?(json: JSON) {
        guard let id = json["id"]?.string else { return nil }
        self.init(
            id: id, used: json["used"]?.int, own: json["own"]?.int, total: json["total"]?.int,
            utilization: json["util"]?.int.map { Int(clamping: $0) }, power: json["mw"]?.int,
            temperature: json["celsius"]?.int.map { Int(clamping: $0) })
    }
}

/// The most that a stage used of one GPU.
public struct GPUPeak: Equatable, Sendable {
    /// The GPU's own name.
    public var id: String
    /// Memory that the stage used at most, in bytes.
    public var memory: Int64?
    /// Mean over the stage of the per cent of time in which the GPU computed.
    public var utilization: Double?

    /// Describes a peak.
    public init(id: String, memory: Int64? = nil, utilization: Double? = nil) {
        self.id = id
        self.memory = memory
        self.utilization = utilization
    }

    /// `{"id","peak","util"}`.
    public var json: JSON {
        .object([
            "id": .string(id), "peak": memory.map { .int($0) }, "util": utilization.map { .double($0) },
        ])
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        guard let id = json["id"]?.string else { return nil }
        self.init(id: id, memory: json["peak"]?.int, utilization: json["util"]?.double)
    }
}
