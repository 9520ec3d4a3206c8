/// What is known of one stage of an attempt.
public struct StageState: Equatable, Sendable {
    /// The stage.
    public let name: String
    /// When its program started.
    public private(set) var started: Timestamp?
    /// What the agent said about its end.
    public private(set) var said: Said?

    init(name: String) { self.name = name }

    mutating func start(at time: Timestamp) { started = min(started ?? time, time) }

    mutating func end(_ said: Said) { self.said = Said.winner(self.said, said) }

    /// Its end, when the agent saw one.
    public var ending: Ending? { said?.ending }
    /// When it ended.
    public var ended: Timestamp? { said?.time }
    /// Its products were taken over from an earlier attempt.
    public var reused: Bool { said?.flag ?? false }

    /// Stages stand in the order in which they began.
    static func comesFirst(_ left: StageState, _ right: StageState) -> Bool {
        let last = Timestamp(microseconds: .max)
        return (left.started ?? left.ended ?? last, left.name) < (right.started ?? right.ended ?? last, right.name)
    }

    var json: JSON {
        .object(["name": .string(name), "t": started.map { .int($0.microseconds) }, "said": said?.json])
    }

    init?(json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        started = (json["t"]?.int).map { Timestamp(microseconds: $0) }
        said = json["said"].flatMap(Said.init(json:))
    }
}

/// A rise of the kernel's out-of-memory counter while a stage ran.
public struct OOMFact: Equatable, Sendable {
    /// The fact that told it: told twice, it counts once.
    public var id: FactID
    /// The stage.
    public var stage: String
    /// By how much the counter rose.
    public var kills: Int64
    /// The memory limit in force, in bytes.
    public var limit: Int64?

    var json: JSON {
        .object([
            "src": .string(id.source), "seq": .int(id.sequence), "stage": .string(stage), "kills": .int(kills),
            "limit": limit.map { .int($0) },
        ])
    }

    init(id: FactID, stage: String, kills: Int64, limit: Int64?) {
        self.id = id
        self.stage = stage
        self.kills = kills
        self.limit = limit
    }

    init?(json: JSON) {
        guard let source = json["src"]?.string, let sequence = json["seq"]?.int else { return nil }
        self.init(
            id: FactID(source: source, sequence: sequence), stage: json["stage"]?.string ?? "",
            kills: json["kills"]?.int ?? 0, limit: json["limit"]?.int)
    }
}
