/// Where a job stands: planned < submitted < queued < running < ended.
public enum Standing: Hashable, Sendable, CustomStringConvertible {
    /// Nothing was handed to a scheduler yet.
    case planned
    /// A submission was announced; the scheduler's id is not known yet.
    case submitted
    /// The scheduler has it.
    case queued
    /// An attempt runs.
    case running
    /// Over for now: a later attempt may still change the outcome.
    case ended(Outcome)

    /// `planned`, `submitted`, `queued`, `running` or the outcome's word.
    public var description: String {
        switch self {
        case .planned: "planned"
        case .submitted: "submitted"
        case .queued: "queued"
        case .running: "running"
        case .ended(let outcome): outcome.rawValue
        }
    }

    /// Reads what `description` writes; nil for another word.
    public init?(_ word: String) {
        switch word {
        case "planned": self = .planned
        case "submitted": self = .submitted
        case "queued": self = .queued
        case "running": self = .running
        default:
            guard let outcome = Outcome(rawValue: word) else { return nil }
            self = .ended(outcome)
        }
    }

    /// The outcome, once there is one.
    public var outcome: Outcome? {
        if case .ended(let outcome) = self { outcome } else { nil }
    }
}

/// Which fact: two events with equal ids are one fact told twice.
public struct FactID: Hashable, Comparable, Sendable {
    /// The source that told it.
    public var source: String
    /// Its position among the source's facts.
    public var sequence: Int64

    /// Makes an id.
    public init(source: String, sequence: Int64) {
        self.source = source
        self.sequence = sequence
    }

    /// The order.
    public static func < (left: FactID, right: FactID) -> Bool {
        (left.source, left.sequence) < (right.source, right.sequence)
    }
}

extension Event {
    /// The fact's id; nil for a sample.
    public var factID: FactID? { sequence.map { FactID(source: source, sequence: $0) } }
}
