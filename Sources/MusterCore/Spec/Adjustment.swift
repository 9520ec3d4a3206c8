/// How a retry changes a value: `x1.5`, `/2`, or another value in its place.
public enum Adjustment: Hashable, Sendable {
    /// So many times as much.
    case times(Double)
    /// So many times less.
    case over(Double)
    /// This value.
    case to(JSON)

    /// Reads `x1.5` and `/2`; nil for anything else, and for factors that are not above 0.
    public init?(factor text: String) {
        guard let sign = text.first, let factor = Double(text.dropFirst()), factor.isFinite, factor > 0 else {
            return nil
        }
        switch sign {
        case "x", "X", "*": self = .times(factor)
        case "/": self = .over(factor)
        default: return nil
        }
    }

    /// What becomes of a value; nil where a factor meets what is no number. Whole numbers stay whole: less is rounded
    /// down, but not below 1, more to the nearest.
    public func applied(to value: JSON) -> JSON? {
        switch (self, value) {
        case (.to(let new), _): return new
        case (.times(let factor), .int(let old)): return Self.whole(Double(old) * factor, .toNearestOrAwayFromZero, old)
        case (.over(let factor), .int(let old)): return Self.whole(Double(old) / factor, .down, old)
        case (.times(let factor), .double(let old)): return .double(old * factor)
        case (.over(let factor), .double(let old)): return .double(old / factor)
        default: return nil
        }
    }

    private static func whole(_ value: Double, _ rule: FloatingPointRoundingRule, _ old: Int64) -> JSON? {
        guard abs(value) < 0x1p62 else { return nil }
        let rounded = Int64(value.rounded(rule))
        return .int(old >= 1 ? max(1, rounded) : rounded)
    }

    /// What becomes of an amount of bytes or seconds, rounded up.
    func amount(from old: Int64) -> Int64 {
        switch self {
        case .times(let factor): Int64(min(0x1p62, (Double(old) * factor).rounded(.up)))
        case .over(let factor): Int64(min(0x1p62, (Double(old) / factor).rounded(.up)))
        case .to(let value): value.int ?? old
        }
    }

    /// As it is written in a config.
    public var text: String {
        func number(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }
        return switch self {
        case .times(let factor): "x\(number(factor))"
        case .over(let factor): "/\(number(factor))"
        case .to(let value): Placeholders.text(value)
        }
    }

    var json: JSON {
        switch self {
        case .times(let factor): .object([.init("times", .double(factor))])
        case .over(let factor): .object([.init("over", .double(factor))])
        case .to(let value): .object([.init("to", value)])
        }
    }

    init?(json: JSON) {
        if let factor = json["times"]?.double {
            self = .times(factor)
        } else if let factor = json["over"]?.double {
            self = .over(factor)
        } else if let value = json["to"] {
            self = .to(value)
        } else {
            return nil
        }
    }
}
