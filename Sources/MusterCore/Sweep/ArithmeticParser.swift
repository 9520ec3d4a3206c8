extension Arithmetic {
    /// Reads expressions by recursive descent.
    struct Parser {
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
