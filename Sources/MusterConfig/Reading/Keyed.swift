import MusterCore
import YAML

/// A mapping whose keys a section names.
final class Keyed {
    let reader: Reader
    let section: Section
    let mark: Mark
    /// Path from the root, for messages: `experiment`.
    let path: String
    private let pairs: [Node.Pair]

    /// Nil, and a mistake, when `node` is no mapping.
    init?(_ node: Node, _ section: Section, path: String, _ reader: Reader) {
        guard let pairs = node.pairs else {
            reader.report(
                at: node.mark, "\(path.isEmpty ? "the file" : "'\(path)'") must be a mapping, not \(node.kind)")
            return nil
        }
        (self.pairs, self.section, self.path, self.reader, mark) = (pairs, section, path, reader, node.mark)
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The entries that the section does not name: those under the user's own keys.
    var entries: [Node.Pair] { pairs.filter { section[$0.key] == nil } }

    /// Whether the key stands there, with a value or without.
    func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

    func node(_ key: String) -> Node? {
        assert(section[key] != nil, "the section '\(section.name)' does not know '\(key)'")
        guard let node = pairs.first(where: { $0.key == key })?.value else { return nil }
        return node.isNull ? nil : node
    }

    /// The mapping under a key, by the section that the key's definition leads to.
    func mapping(_ key: String) -> Keyed? {
        guard let node = node(key), let inner = section[key]?.kind.sections.first else { return nil }
        return Keyed(node, inner, path: name(key), reader)
    }

    /// The pairs of a mapping with the user's own keys.
    func table(_ key: String) -> [Node.Pair] {
        guard let node = node(key) else { return [] }
        if let pairs = node.pairs { return pairs }
        reader.report(at: node.mark, "'\(name(key))' must be a mapping, not \(node.kind)")
        return []
    }

    func text(_ key: String) -> String? {
        guard let node = node(key), let text = Scalar.text(node, name: name(key), reader) else { return nil }
        reader.doubt(node)
        return text
    }

    func flag(_ key: String) -> Bool? {
        value(key, expected: "true or false") { Scalar.truth($0) }
    }

    func count(_ key: String) -> Int? {
        guard let range = section[key]?.kind.range else { return nil }
        let most = range.upperBound == Int.max ? "on" : "to \(range.upperBound)"
        return value(key, expected: "a whole number from \(range.lowerBound) \(most)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

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

    /// One word or a list of them, each of which must be one of the choices.
    func choices<Choice: RawRepresentable & CaseIterable & Hashable>(_ key: String, _: Choice.Type) -> Set<Choice>
    where Choice.RawValue == String {
        guard let mark = node(key)?.mark, let texts = texts(key) else { return [] }
        let words = Choice.allCases.map(\.rawValue)
        for text in texts where !words.contains(text) {
            let near = Suggestion.nearest(to: text, in: words).map { "; did you mean '\($0)'?" } ?? ""
            reader.report(
                at: mark, "'\(name(key))' can't hold '\(text)'\(near)", hint: "of: \(words.joined(separator: ", "))")
        }
        return Set(texts.compactMap(Choice.init(rawValue:)))
    }

    /// A value that `parse` reads from its text; `expected` says what it should look like.
    func value<Value>(_ key: String, expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let node = node(key), let text = Scalar.text(node, name: name(key), reader) else { return nil }
        if let value = parse(text) { return value }
        reader.report(at: node.mark, "'\(name(key))' can't be '\(text)'", hint: "expected \(expected)")
        return nil
    }

    /// Names the keys that the section does not know.
    func finish(unknown severity: Diagnostic.Severity = .error) {
        guard section.others == nil else { return }
        let known = section.keys.map(\.name)
        for pair in pairs where section[pair.key] == nil {
            let near = Suggestion.nearest(to: pair.key, in: known).map { "; did you mean '\($0)'?" } ?? ""
            reader.report(
                severity, at: pair.mark, "unknown key '\(pair.key)'\(path.isEmpty ? "" : " in '\(path)'")\(near)",
                hint: "known here: \(known.sorted().joined(separator: ", "))")
        }
    }
}
