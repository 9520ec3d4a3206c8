public import MusterCore
import YAML

/// A config after all its files were merged, as YAML again: what `muster config show` prints.
public struct ResolvedConfig {
    let root: Node
    let reader: Reader
    /// The main file's number among the reader's.
    let main: Int

    /// Whether other files or settings than the main one have a part in it.
    public var isComposed: Bool {
        func isForeign(_ node: Node) -> Bool {
            switch node.content {
            case .scalar: node.mark.source != main
            case .sequence(let elements): elements.contains(where: isForeign)
            case .mapping(let pairs): pairs.contains { isForeign($0.value) }
            }
        }
        return isForeign(root)
    }

    /// The config as YAML, with the parameters of its preset; with `origin`, each value is followed by the place that it comes from.
    public func yaml(origin: Bool) -> String {
        var lines: [(text: String, mark: Mark?)] = []
        write(whole, indent: "", into: &lines)
        let width = min(60, lines.map(\.text.count).max() ?? 0)
        let texts = lines.map { line in
            guard origin, let mark = line.mark else { return line.text }
            let gap = String(repeating: " ", count: max(0, width - line.text.count))
            return "\(line.text)\(gap)  # \(reader.location(mark))"
        }
        return texts.joined(separator: "\n") + "\n"
    }

    /// The config with the parameters of the preset's stages below its own.
    private var whole: Node {
        guard let preset = reader.preset, case .sequence(let stages)? = preset["stages"]?.content else { return root }
        let pairs = stages.compactMap { stage -> Node.Pair? in
            guard case .scalar(let name, _)? = stage["name"]?.content, let parameters = stage["parameters"],
                parameters.pairs?.isEmpty == false
            else { return nil }
            return Node.Pair(key: name, mark: stage.mark, value: parameters)
        }
        guard !pairs.isEmpty else { return root }
        let below = Node.Pair(key: "stages", mark: preset.mark, value: Node(.mapping(pairs), mark: preset.mark))
        // The config's own keys keep their order; what only the preset has follows.
        var shown = root.pairs ?? []
        let merged = Composition.merge(below.value, root["stages"] ?? Node(.mapping([]), mark: preset.mark))
        if let index = shown.firstIndex(where: { $0.key == "stages" }) {
            shown[index].value = merged
        } else {
            shown.append(Node.Pair(key: "stages", mark: below.mark, value: merged))
        }
        return Node(.mapping(shown), mark: root.mark)
    }

    /// The config as JSON.
    public var json: JSON { Scalar.value(root) }

    private func write(_ node: Node, indent: String, into lines: inout [(text: String, mark: Mark?)]) {
        for pair in node.pairs ?? [] {
            let key = "\(indent)\(Self.scalar(pair.key, isPlain: true))"
            switch pair.value.content {
            case .mapping(let pairs) where !pairs.isEmpty:
                lines.append(("\(key):", nil))
                write(pair.value, indent: indent + "  ", into: &lines)
            case .sequence(let elements) where elements.contains { $0.pairs?.isEmpty == false }:
                lines.append(("\(key):", nil))
                for element in elements { writeElement(element, indent: indent + "  ", into: &lines) }
            default: lines.append(("\(key): \(Self.inline(pair.value))", pair.value.mark))
            }
        }
    }

    private func writeElement(_ node: Node, indent: String, into lines: inout [(text: String, mark: Mark?)]) {
        let start = lines.count
        if node.pairs?.isEmpty == false {
            write(node, indent: indent + "  ", into: &lines)
            lines[start].text = "\(indent)- \(lines[start].text.dropFirst(indent.count + 2))"
        } else {
            lines.append(("\(indent)- \(Self.inline(node))", node.mark))
        }
    }

    /// A value in one line, as YAML's flow style has it.
    private static func inline(_ node: Node) -> String {
        switch node.content {
        case .scalar(let text, let isPlain): scalar(text, isPlain: isPlain)
        case .sequence(let elements): "[\(elements.map(inline).joined(separator: ", "))]"
        case .mapping(let pairs):
            "{\(pairs.map { "\(scalar($0.key, isPlain: true)): \(inline($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// A scalar that reads back as what it is: plain where that is safe, else in double quotes, which in YAML take the
    /// escapes of JSON.
    private static func scalar(_ text: String, isPlain: Bool) -> String {
        let isSafe = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-./+~*".unicodeScalars.contains($0)
        }
        let mayStand = !text.isEmpty && isSafe && !"-*".contains(text.first ?? "-")
        if isPlain { return mayStand || text.isEmpty || Double(text) != nil ? text : JSON.string(text).line }
        // Text in quotes must not become a number, a truth or nothing.
        return mayStand
            && Scalar.value(Node(.scalar(text, isPlain: true), mark: Mark(line: 1, column: 1))) == .string(text)
            && Scalar.otherReading(of: text) == nil ? text : JSON.string(text).line
    }
}
