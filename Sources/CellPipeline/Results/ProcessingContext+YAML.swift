internal import YAML

extension ProcessingContext {
    /// The text of `processing_results.yaml`, its keys in their usual order.
    public var yaml: String {
        let mark = Mark(line: 1, column: 1)
        func node(_ content: Node.Content) -> Node { Node(content, mark: mark) }
        func pair(_ key: String, _ value: Node?) -> Node.Pair? {
            value.map { Node.Pair(key: key, mark: mark, value: $0) }
        }
        func text(_ text: String) -> Node { node(.scalar(text, isPlain: false)) }
        func number(_ number: Int) -> Node { node(.scalar(String(number), isPlain: true)) }
        let null = node(.scalar("null", isPlain: true))
        func file(_ file: ChannelFile?) -> Node? {
            file.map { node(.sequence([number($0.channel), text($0.path)])) }
        }
        func list(_ files: [ChannelFile]) -> Node { node(.sequence(files.compactMap(file))) }
        let fields = results.sorted { $0.key < $1.key }.map { fov, files in
            Node.Pair(
                key: String(fov), mark: mark,
                value: node(
                    .mapping(
                        [
                            pair("pc", file(files.pc) ?? null), pair("fl", list(files.fl)),
                            pair("seg", file(files.seg) ?? null), pair("seg_labeled", file(files.segLabeled) ?? null),
                            pair("fl_corrected", list(files.flCorrected)), pair("traces_csv", list(files.traces)),
                        ].compactMap { $0 })))
        }
        let channels = [pair("pc", pc.map(number) ?? null), pair("fl", node(.sequence(fl.map(number))))]
        let whole: [Node.Pair?] = [
            pair("output_dir", outputDir.map(text) ?? null),
            pair("channels", node(.mapping(channels.compactMap { $0 }))),
            pair("results_paths", node(.mapping(fields))), pair("params", node(.mapping(params))),
            pair("time_units", timeUnits.map(text) ?? null),
        ]
        return YAMLText.text(node(.mapping(whole.compactMap { $0 })))
    }

    /// Reads what `yaml` writes, and what PyAMA wrote; what it does not know is left out.
    init(yaml bytes: [UInt8], path: String) throws {
        let root: Node?
        do throws(YAMLError) {
            root = try Node.parse(bytes)
        } catch {
            throw PipelineError(
                cannot: "read", path, "line \(error.mark.line), column \(error.mark.column): \(error.message)")
        }
        self.init()
        func scalar(_ node: Node?) -> String? {
            guard case .scalar(let text, let isPlain)? = node?.content else { return nil }
            return isPlain && ["", "~", "null"].contains(text) ? nil : text
        }
        func elements(_ node: Node?) -> [Node] {
            if case .sequence(let elements)? = node?.content { elements } else { [] }
        }
        func file(_ node: Node?) -> ChannelFile? {
            let parts = elements(node)
            guard parts.count == 2, let channel = scalar(parts[0]).flatMap({ Int($0) }), let path = scalar(parts[1])
            else {
                return nil
            }
            return ChannelFile(channel, path)
        }
        outputDir = scalar(root?["output_dir"])
        pc = scalar(root?["channels"]?["pc"]).flatMap { Int($0) }
        fl = elements(root?["channels"]?["fl"]).compactMap { scalar($0).flatMap { Int($0) } }
        for pair in root?["results_paths"]?.pairs ?? [] {
            guard let fov = Int(pair.key) else { continue }
            var files = Files()
            files.pc = file(pair.value["pc"])
            files.seg = file(pair.value["seg"])
            files.segLabeled = file(pair.value["seg_labeled"])
            files.fl = elements(pair.value["fl"]).compactMap(file)
            files.flCorrected = elements(pair.value["fl_corrected"]).compactMap(file)
            files.traces = elements(pair.value["traces_csv"]).compactMap(file)
            results[fov] = files
        }
        params = root?["params"]?.pairs ?? []
        timeUnits = scalar(root?["time_units"])
    }
}

/// YAML in block style, lists not indented below their key.
enum YAMLText {
    static func text(_ node: Node) -> String { lines(node).joined(separator: "\n") + "\n" }

    private static func lines(_ node: Node) -> [String] {
        switch node.content {
        case .scalar(let text, let isPlain): [isPlain ? text : scalar(text)]
        case .sequence(let elements):
            elements.isEmpty
                ? ["[]"]
                : elements.flatMap { element in
                    lines(element).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
                }
        case .mapping(let pairs): pairs.isEmpty ? ["{}"] : pairs.flatMap(lines)
        }
    }

    private static func lines(_ pair: Node.Pair) -> [String] {
        let key = scalar(pair.key)
        let value = lines(pair.value)
        switch pair.value.content {
        case .sequence(let elements) where !elements.isEmpty: return ["\(key):"] + value
        case .mapping(let pairs) where !pairs.isEmpty: return ["\(key):"] + value.map { "  " + $0 }
        default: return ["\(key): \(value[0])"]
        }
    }

    /// A text that is read as that text again.
    private static func scalar(_ text: String) -> String {
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) { return jsonText(text) }
        let isNumber =
            Double(text) != nil || ["null", "~", "true", "false", "yes", "no", "on", "off"].contains(text.lowercased())
        let isPlain =
            !isNumber && !text.isEmpty && !text.hasPrefix(" ") && !text.hasSuffix(" ") && !text.hasSuffix(":")
            && !text.contains(": ") && !text.contains(" #")
            && !"-?:,[]{}#&*!|>'\"%@`".contains(text[text.startIndex])
        return isPlain ? text : "'\(text.replacing("'", with: "''"))'"
    }
}
