import MusterCore
import YAML

/// Collects the mistakes of one file while values are taken out of its nodes.
final class Reader {
    let file: String
    private let lines: [Substring]
    private(set) var found: [Diagnostic] = []

    init(file: String, text: String) {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    func report(_ severity: Diagnostic.Severity = .error, at mark: Mark, _ message: String, hint: String? = nil) {
        let excerpt = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : nil
        found.append(
            Diagnostic(
                severity, at: SourceLocation(file: file, line: mark.line, column: mark.column), message, hint: hint,
                excerpt: excerpt))
    }

    /// Parses the text; a broken one is a mistake like any other.
    func parse(_ bytes: [UInt8]) -> Node? {
        do throws(YAMLError) {
            if let root = try Node.parse(bytes) { return root }
            report(at: Mark(line: 1, column: 1), "the file is empty; expected a mapping")
        } catch {
            report(at: error.mark, error.message)
        }
        return nil
    }
}

/// A mapping that remembers which keys it was asked for, so that the rest can be named.
final class Keyed {
    let reader: Reader
    let mark: Mark
    /// Path from the root, for messages: `experiment`.
    let path: String
    private let pairs: [Node.Pair]
    private var asked: [String] = []

    /// Nil, and a mistake, when `node` is no mapping.
    init?(_ node: Node, path: String, _ reader: Reader) {
        guard let pairs = node.pairs else {
            reader.report(
                at: node.mark, "\(path.isEmpty ? "the file" : "'\(path)'") must be a mapping, not \(node.kind)")
            return nil
        }
        (self.pairs, self.path, self.reader, mark) = (pairs, path, reader, node.mark)
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The entries as they are, for mappings whose keys are the user's own.
    var entries: [Node.Pair] {
        asked += pairs.map(\.key)
        return pairs
    }

    func node(_ key: String) -> Node? {
        asked.append(key)
        guard let node = pairs.first(where: { $0.key == key })?.value else { return nil }
        if case .scalar(let text, isPlain: true) = node.content, ["", "~", "null", "Null", "NULL"].contains(text) {
            return nil
        }
        return node
    }

    func mapping(_ key: String) -> Keyed? { node(key).flatMap { Keyed($0, path: name(key), reader) } }

    func text(_ key: String) -> String? { node(key).flatMap { Scalar.text($0, name: name(key), reader) } }

    func required(_ key: String, _ example: String) -> String? {
        guard node(key) != nil else {
            reader.report(at: mark, "'\(name(key))' is missing", hint: "add: \(key): \(example)")
            return nil
        }
        return text(key)
    }

    func texts(_ key: String) -> [String]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let elements) = node.content else {
            return Scalar.text(node, name: name(key), reader).map { [$0] }
        }
        return elements.compactMap { Scalar.text($0, name: name(key), reader) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let node = node(key), let text = Scalar.text(node, name: name(key), reader) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        let near = Suggestion.nearest(to: text, in: words).map { "; did you mean '\($0)'?" } ?? ""
        reader.report(
            at: node.mark, "'\(name(key))' can't be '\(text)'\(near)", hint: "one of: \(words.joined(separator: ", "))")
        return nil
    }

    /// A value that `parse` reads from its text; `expected` says what it should look like.
    func value<Value>(_ key: String, expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let node = node(key), let text = Scalar.text(node, name: name(key), reader) else { return nil }
        if let value = parse(text) { return value }
        reader.report(at: node.mark, "'\(name(key))' can't be '\(text)'", hint: "expected \(expected)")
        return nil
    }

    /// Names the keys that nobody asked for.
    func finish() {
        for pair in pairs where !asked.contains(pair.key) {
            let near = Suggestion.nearest(to: pair.key, in: asked).map { "; did you mean '\($0)'?" } ?? ""
            reader.report(
                at: pair.mark, "unknown key '\(pair.key)'\(path.isEmpty ? "" : " in '\(path)'")\(near)",
                hint: "known here: \(Set(asked).sorted().joined(separator: ", "))")
        }
    }
}

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
}
