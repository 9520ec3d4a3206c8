/// What a source said about an end.
///
/// Of any two such words the same one wins, in whatever order they come: the higher rank, then the earlier, then the
/// one whose text sorts first.
public struct Said: Equatable, Sendable {
    /// How much a word about an end counts.
    public enum Rank: Int, Comparable, Sendable {
        /// Somebody gave up on it.
        case lost
        /// The scheduler ended the allocation.
        case scheduler
        /// The agent ended it because somebody wanted that; who it was and why, the scheduler may know.
        case told
        /// The agent saw it end.
        case agent
        /// The agent saw it end and has the kernel's out-of-memory counters as evidence.
        case agentWithCounters

        /// The order.
        public static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    /// The end.
    public var ending: Ending
    /// When, by the source's clock.
    public var time: Timestamp
    /// For a job: another attempt had published before. For a stage: its products were taken over.
    public var flag: Bool

    init(_ ending: Ending, at time: Timestamp, flag: Bool) {
        self.ending = ending
        self.time = time
        self.flag = flag
    }

    /// How much it counts.
    public var rank: Rank {
        if ending.oomKills > 0 { return .agentWithCounters }
        switch ending.outcome {
        case .lost: return .lost
        case .cancelled: return .told
        default: return .agent
        }
    }

    private var text: String { json.line }

    /// The one of the two that counts.
    static func winner(_ left: Said?, _ right: Said) -> Said {
        guard let left, left != right else { return right }
        if left.rank != right.rank { return left.rank > right.rank ? left : right }
        if left.time != right.time { return left.time < right.time ? left : right }
        return left.text < right.text ? left : right
    }

    var json: JSON {
        .object([.init("t", .int(time.microseconds)), .init("flag", .bool(flag))] + ending.fields)
    }

    init?(json: JSON) {
        guard let time = json["t"]?.int, let ending = Ending(json: json) else { return nil }
        self.init(ending, at: Timestamp(microseconds: time), flag: json["flag"]?.bool ?? false)
    }
}
