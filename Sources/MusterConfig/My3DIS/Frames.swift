import MusterCore
import YAML

extension My3DIS {
    /// `start:end:step` of a stage: the experiment's `frames` and the stage's merged key by key, then each by its synonyms.
    static func frames(_ experiment: Keyed, _ stage: Keyed?) -> String {
        let reader = experiment.reader
        var merged: [String: Node] = [:]
        for keyed in [experiment, stage].compactMap(\.self) {
            guard let node = keyed.node("frames") else { continue }
            guard let frames = Keyed(mapping: node, .my3disFrames, path: keyed.name("frames"), reader) else { continue }
            for key in frames.section.keys.map(\.name) { if let value = frames.node(key) { merged[key] = value } }
            frames.finish(unknown: .warning)
        }
        func first(_ names: [String]) -> Node? { names.lazy.compactMap { merged[$0] }.first }
        func number(_ node: Node?, _ what: String, _ fallback: Int) -> Int {
            guard let node else { return fallback }
            if let number = integer(node) { return number }
            reader.report(at: node.mark, "invalid frame \(what) specification: \(shown(node))", hint: "a whole number")
            return fallback
        }
        let start = max(0, number(first(["start", "from"]), "start", 0))
        let end = number(first(["end", "to"]), "end", -1)
        let stepNode = first(["step", "freq", "stride"]) ?? stage?.node("freq") ?? experiment.node("freq")
        let step = number(stepNode, "step", 1)
        if let stepNode, step <= 0 {
            reader.report(at: stepNode.mark, "frame step must be positive, got \(step)", hint: "1 takes every frame")
        }
        return "\(start):\(end):\(step)"
    }

    /// A whole number as Python's `int()` reads it from a number or a text.
    static func integer(_ node: Node) -> Int? {
        guard case .scalar(let text, let isPlain) = node.content else { return nil }
        let trimmed = text.trimming()
        if let number = Int(trimmed.filter { $0 != "_" }) { return number }
        return isPlain ? Double(trimmed).flatMap { Int(exactly: $0.rounded(.towardZero)) } : nil
    }

    /// A value as messages show it.
    static func shown(_ node: Node) -> String {
        if case .scalar(let text, _) = node.content { "'\(text)'" } else { node.kind }
    }

    /// Levels of a stage: whole numbers. Text of digits is read letter by letter, as the original does.
    static func levels(_ node: Node, _ path: String, _ reader: Reader) -> [JSON]? {
        let numbers: [Int]?
        switch node.content {
        case .sequence(let elements):
            let all = elements.compactMap(integer)
            numbers = all.count == elements.count && !all.isEmpty ? all : nil
        case .scalar(let text, isPlain: false) where !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }:
            numbers = text.compactMap { $0.wholeNumberValue }
            reader.report(
                .warning, at: node.mark, "'\(path)' is read digit by digit", hint: "write a list such as [2, 4, 6]")
        default: numbers = nil
        }
        guard let numbers else {
            reader.report(
                at: node.mark, "'\(path)' must be a list of whole numbers such as [2, 4, 6], not \(node.kind)")
            return nil
        }
        return numbers.map { .int(Int64($0)) }
    }
}

extension Keyed {
    /// As the plain initialiser, but what is no mapping is left out with a warning, as the original does.
    convenience init?(mapping node: Node, _ section: Section, path: String, _ reader: Reader) {
        guard node.pairs != nil else {
            reader.report(.warning, at: node.mark, "'\(path)' is ignored: it must be a mapping, not \(node.kind)")
            return nil
        }
        self.init(node, section, path: path, reader)
    }
}
