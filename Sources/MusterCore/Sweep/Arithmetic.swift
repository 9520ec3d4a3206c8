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

        fileprivate func factor(of unit: String) -> Double? {
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

    private indirect enum Term: Hashable, Sendable {
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

    private struct Parser {
        static let functions: [String: ClosedRange<Int>] = [
            "min": 1...16, "max": 1...16, "ceil": 1...1, "floor": 1...1, "round": 1...1, "sqrt": 1...1,
        ]
        var rest: Substring
        let kind: Kind
        var names: [String] = []

        mutating func skip() { rest = rest.drop { $0.isWhitespace } }

        mutating func take(_ character: Character) -> Bool {
            skip()
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func sum(depth: Int) throws(Mistake) -> Term {
            guard depth < 32 else { throw Mistake(message: "brackets are nested too deep") }
            var left = try product(depth: depth)
            while true {
                if take("+") {
                    left = .call("+", [left, try product(depth: depth)])
                } else if take("-") {
                    left = .call("-", [left, try product(depth: depth)])
                } else {
                    return left
                }
            }
        }

        mutating func product(depth: Int) throws(Mistake) -> Term {
            var left = try factor(depth: depth)
            while true {
                if take("*") {
                    left = .call("*", [left, try factor(depth: depth)])
                } else if take("/") {
                    left = .call("/", [left, try factor(depth: depth)])
                } else {
                    return left
                }
            }
        }

        mutating func factor(depth: Int) throws(Mistake) -> Term {
            if take("-") {
                guard depth < 32 else { throw Mistake(message: "brackets are nested too deep") }
                return .call("-", [.number(0), try factor(depth: depth + 1)])
            }
            if take("(") {
                let inner = try sum(depth: depth + 1)
                guard take(")") else { throw Mistake(message: "a ')' is missing") }
                return inner
            }
            if take("{") {
                let name = rest.prefix { $0 != "}" }
                guard !name.isEmpty, name.endIndex < rest.endIndex else { throw Mistake(message: "a '}' is missing") }
                rest = rest[rest.index(after: name.endIndex)...]
                names.append(String(name))
                return .name(String(name))
            }
            skip()
            let word = rest.prefix { $0.isASCII && $0.isLetter }
            if !word.isEmpty { return try call(String(word), depth: depth) }
            return try number()
        }

        private mutating func call(_ name: String, depth: Int) throws(Mistake) -> Term {
            guard let counts = Self.functions[name] else {
                let known = Self.functions.keys.sorted().joined(separator: ", ")
                throw Mistake(message: "'\(name)' is not known; there are \(known), and parameters in braces")
            }
            rest = rest.dropFirst(name.count)
            guard take("(") else { throw Mistake(message: "a '(' is missing behind '\(name)'") }
            var terms = [try sum(depth: depth + 1)]
            while take(",") { terms.append(try sum(depth: depth + 1)) }
            guard take(")"), counts.contains(terms.count) else {
                throw Mistake(
                    message:
                        "'\(name)' takes \(counts.upperBound == 1 ? "one value" : "values, separated by commas,") in brackets"
                )
            }
            return .call(name, terms)
        }

        private mutating func number() throws(Mistake) -> Term {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            guard let value = Double(digits) else {
                throw Mistake(
                    message: rest.isEmpty ? "a number is missing at the end" : "expected a number at '\(rest)'")
            }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            guard !unit.isEmpty else { return .number(value) }
            guard let factor = kind.factor(of: String(unit)) else {
                let known =
                    switch kind {
                    case .count: "no units"
                    case .size: "the units K, M, G, T"
                    case .time: "the units s, m, h, d"
                    }
                throw Mistake(message: "'\(unit)' is no unit here; there are \(known)")
            }
            rest = rest.dropFirst(unit.count)
            return .number(value * factor)
        }
    }
}
