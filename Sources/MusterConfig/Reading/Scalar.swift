import MusterCore
import YAML

/// Scalars as the values that their authors meant.
enum Scalar {
    /// The text of a scalar, as written.
    static func text(_ node: Node, name: String, _ reader: Reader) -> String? {
        guard case .scalar(let text, _) = node.content else {
            reader.report(at: node.mark, "'\(name)' must be one value, not \(node.kind)")
            return nil
        }
        return text
    }

    /// The value by the core schema of YAML 1.2: null, booleans, integers and floats in their usual spellings; all else
    /// is text. What only YAML 1.1 takes for a number or a truth (`on`, `1:00:00`, `1_000`, `010`) stays as written.
    static func value(_ node: Node) -> JSON {
        switch node.content {
        case .sequence(let elements): .array(elements.map(value))
        case .mapping(let pairs): .object(pairs.map { JSON.Member($0.key, value($0.value)) })
        case .scalar(let text, isPlain: false): .string(text)
        case .scalar(let text, isPlain: true): plain(text)
        }
    }

    private static func plain(_ text: String) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: break
        }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let startsLikeNumber = digits.first.map { $0.isASCII && $0.isNumber || $0 == "." } ?? false
        guard startsLikeNumber, text.count - digits.count <= 1, !text.contains("_") else { return .string(text) }
        let hasLeadingZero = digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
        if !hasLeadingZero, let number = Int64(text) { return .int(number) }
        let isDecimal = digits.allSatisfy { $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }
        if isDecimal, !hasLeadingZero, let number = Double(text), number.isFinite { return .double(number) }
        return .string(text)
    }

    /// A truth in any spelling of YAML 1.1 or 1.2, or of My3DIS; nil for anything else.
    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    /// What YAML 1.1 takes a plain scalar for, where 1.2's core schema reads something else.
    static func otherReading(of text: String) -> String? {
        if ["yes", "no", "on", "off"].contains(text.lowercased()) { return truth(text) == true ? "true" : "false" }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        // Longer ones would not fit a number's 64 bits.
        guard let first = digits.first, first.isASCII, first.isNumber, text.utf8.count <= 18 else { return nil }
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        if parts.count > 1, first != "0", numbers.count == parts.count, numbers.dropFirst().allSatisfy({ $0 < 60 }) {
            return "the number \(numbers.reduce(0) { $0 &* 60 &+ $1 })"
        }
        let plain = digits.filter { $0 != "_" }
        if plain.count > 1, plain.first == "0", let number = Int(plain, radix: 8) { return "the number \(number)" }
        if plain.count < digits.count, let number = Int(plain), !plain.hasPrefix("0") { return "the number \(number)" }
        if digits.contains(where: { $0 == "e" || $0 == "E" }), Double(digits) != nil,
            !digits.contains(".") || !digits.contains("-") && !digits.contains("+")
        {
            return "text"
        }
        return nil
    }
}

extension Node {
    /// Nothing: an empty value, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
