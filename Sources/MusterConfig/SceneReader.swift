import MusterCore
import YAML

extension SweepReader {
    /// Which scenes: names, all, a range.
    static func scenes(_ experiment: Keyed) -> SceneSelection {
        let from = experiment.text("scene_start")
        let to = experiment.text("scene_end")
        guard let node = experiment.node("scenes") else { return SceneSelection(start: from, end: to) }
        if case .mapping = node.content {
            guard let range = Keyed(node, .sceneRange, path: "experiment.scenes", experiment.reader) else {
                return SceneSelection()
            }
            if from != nil || to != nil {
                experiment.reader.report(
                    at: node.mark, "'scenes: {start, end}' and 'scene_start'/'scene_end' can't stand together",
                    hint: "one range is enough")
            }
            defer { range.finish() }
            return SceneSelection(start: range.text("start"), end: range.text("end"))
        }
        return SceneSelection(list: sceneList(node, experiment.reader), start: from, end: to)
    }

    /// Names of scenes: a text is one name or stands for all.
    static func sceneList(_ node: Node, _ reader: Reader) -> [String]? {
        switch node.content {
        case .scalar(let text, _):
            reader.doubt(node)
            let name = String(text.trimming())
            return SceneSelection.isAll(name) ? nil : [name]
        case .mapping:
            reader.report(at: node.mark, "experiment.scenes must be a list, string, or null when provided")
            return nil
        case .sequence(let elements):
            let names = elements.compactMap { element -> String? in
                reader.doubt(element)
                return Scalar.text(element, name: "experiment.scenes", reader).map { String($0.trimming()) }
            }.filter { !$0.isEmpty }
            if names.isEmpty {
                reader.report(
                    at: node.mark, "No scenes resolved for experiment (empty list after processing)",
                    hint: "use: scenes: all")
            }
            return names
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    func trimming() -> SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }) else { return self[endIndex...] }
        let last = lastIndex { !$0.isWhitespace } ?? first
        return self[first...last]
    }
}
