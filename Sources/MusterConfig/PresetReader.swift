import MusterCore
import YAML

extension SweepReader {
    /// The pipeline that the config names or says itself.
    static func pipeline(_ root: Keyed, _ options: Options) -> PipelineDraft? {
        guard let node = root.node("pipeline") else {
            root.reader.report(
                at: root.mark, "'pipeline' is missing",
                hint: "add: pipeline: cellpipe, or pipeline: {command: [program, '{scene.path}']}")
            return nil
        }
        guard case .scalar(let name, _) = node.content else {
            return Keyed(node, .pipeline, path: "pipeline", root.reader).map { PipelineReader.read($0, name: "inline") }
        }
        return preset(name, at: node.mark, root.reader, options)
    }

    /// A preset by name or path.
    static func preset(_ name: String, at mark: Mark, _ reader: Reader, _ options: Options) -> PipelineDraft? {
        guard let text = options.preset(name) else {
            let near = Suggestion.nearest(to: name, in: options.presetNames).map { "; did you mean '\($0)'?" } ?? ""
            let known = options.presetNames.isEmpty ? "none" : options.presetNames.joined(separator: ", ")
            reader.report(
                at: mark, "there is no pipeline '\(name)'\(near)",
                hint: "known: \(known); a path or an inline pipeline serves too")
            return nil
        }
        reader.preset = reader.parse(text.bytes, file: text.file)
        return reader.preset.flatMap { Keyed($0, .pipeline, path: "", reader) }.map {
            PipelineReader.read($0, name: name)
        }
    }
}
