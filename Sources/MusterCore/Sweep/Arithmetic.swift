/// A number as an expression of parameters: `"{frames} * 12M"`, `max(2, {workers})`, `10m + {frames} * 2s`.
///
/// `+ - * /`, brackets, `min max ceil floor round sqrt`, numbers with units of the kind that is asked for. Read from what
/// users write, so nesting is limited.
public struct Arithmetic: Hashable, Sendable {
    /// What the value is, which says what units there are.
    public enum Kind: Hashable, Sendable {
        /// A count, without units.
        case count
        /// Bytes; `K M G T P` are powers of 1024, a `B` or `iB` behind them changes nothing.
        case size
        /// Seconds; `s m h d`.
        case time

        func factor(of unit: String) -> Double? {
            switch self {
            case .count: nil
            case .size:
                switch unit.uppercased() {
                case "B": 1
                case "K", "KB", "KIB": 0x1p10
                case "M", "MB", "MIB": 0x1p20
                case "G", "GB", "GIB": 0x1p30
                case "T", "TB", "TIB": 0x1p40
                case "P", "PB", "PIB": 0x1p50
                default: nil
                }
            case .time: ["s": 1, "m": 60, "h": 3600, "d": 86400][unit]
            }
        }
    }

    /// Why a text is no expression.
    public struct Mistake: Error, Hashable, Sendable {
        /// What is wrong, where.
        public var message: String
    }

    /// As it was written.
    public let text: String
    /// The parameters that it names.
    public let names: [String]
    private let root: Term

    /// A part of the expression.
    indirect enum Term: Hashable, Sendable {
        case number(Double)
        case name(String)
        case call(String, [Term])
    }

    /// Reads an expression.
    public init(_ text: String, kind: Kind) throws(Mistake) {
        var parser = Parser(rest: Substring(text), kind: kind)
        root = try parser.sum(depth: 0)
        parser.skip()
        guard parser.rest.isEmpty else { throw Mistake(message: "'\(parser.rest)' is not understood") }
        self.text = text
        names = parser.names
    }

    /// The value for these parameters; nil when one is missing or no number, or there is none (a division by zero).
    public func value(of values: [JSON.Member]) -> Double? {
        let result = Self.value(root, values)
        return result.flatMap { $0.isFinite ? $0 : nil }
    }

    private static func value(_ term: Term, _ values: [JSON.Member]) -> Double? {
        switch term {
        case .number(let number): return number
        case .name(let name):
            guard let value = values.last(where: { $0.key == name })?.value else { return nil }
            return value.double ?? value.string.flatMap { Double($0) }
        case .call(let function, let terms):
            let inner = terms.compactMap { Self.value($0, values) }
            guard inner.count == terms.count, let first = inner.first else { return nil }
            switch function {
            case "+": return first + inner[1]
            case "-": return first - inner[1]
            case "*": return first * inner[1]
            case "/": return first / inner[1]
            case "min": return inner.min()
            case "max": return inner.max()
            case "ceil": return first.rounded(.up)
            case "floor": return first.rounded(.down)
            case "round": return first.rounded()
            default: return first >= 0 ? first.squareRoot() : nil
            }
        }
    }
}
