public import MusterCore
import YAML

/// Reads sweep configs: all mistakes at once, each with its place.
public enum SweepReader {
    /// Gives the bytes of a preset pipeline by name or path, and the file they came from; nil when there is none.
    public typealias PresetSource = (String) -> (file: String, bytes: [UInt8])?

    /// Reads `bytes`, the content of `file`. The spec is nil exactly when an error is among the diagnostics, which are
    /// sorted by place.
    public static func read(
        _ bytes: [UInt8], file: String, overrides: [String] = [], presetNames: [String] = [],
        preset: PresetSource = { _ in nil }
    ) -> (SweepSpec?, [Diagnostic]) {
        let reader = Reader(file: file, text: String(decoding: bytes, as: UTF8.self))
        let setting = Overrides(overrides)
        guard let root = reader.parse(bytes), let keyed = Keyed(setting.applied(to: root), path: "", reader) else {
            return (nil, reader.found + setting.found)
        }
        var more: [Diagnostic] = setting.found
        let spec = read(keyed, presetNames: presetNames, preset: preset, more: &more)
        let all = (reader.found + more).sorted { $0.location < $1.location }
        return (all.contains { $0.severity == .error } ? nil : spec, all)
    }

    private static func read(
        _ root: Keyed, presetNames: [String], preset: PresetSource, more: inout [Diagnostic]
    ) -> SweepSpec? {
        let reader = root.reader
        let draft = pipeline(root, presetNames: presetNames, preset: preset, more: &more)
        let parameters = root.mapping("stages")
        let axes = axes(root)
        let resources = ResourcesDraft(root.mapping("resources")) ?? ResourcesDraft()
        let packing = root.choice("packing", Packing.self) ?? .auto
        let collect = collect(root)
        let cluster = root.text("cluster") ?? "local"
        guard let experiment = root.mapping("experiment") else {
            if root.node("experiment") == nil {
                reader.report(
                    at: root.mark, "'experiment' is missing",
                    hint: "add: experiment: {name: NAME, dataset_root: FOLDER}")
            }
            root.finish()
            return nil
        }
        let name = experiment.required("name", "first-try")
        let dataset = experiment.required("dataset_root", "data")
        let output = experiment.text("output_root") ?? "results/{name}"
        let scenes = scenes(experiment)
        let sceneKind = experiment.mapping("scene").map(PipelineReader.sceneKind) ?? draft?.sceneKind
        experiment.finish()
        root.finish()
        guard let name, let dataset, var draft else { return nil }
        if !name.isEmpty, name.contains(where: { "/,".contains($0) || $0.isWhitespace || $0.isNewline }) {
            reader.report(
                at: experiment.mark, "'experiment.name' can't be '\(name)'",
                hint: "a name has no blanks, commas or slashes")
        }
        merge(parameters, into: &draft, reader)
        check(draft, axes: axes, reader)
        guard let stages = ordered(draft, reader) else { return nil }
        var spec = SweepSpec(
            file: reader.file, name: name, datasetRoot: dataset, scenes: scenes,
            sceneKind: sceneKind ?? .folders(require: []),
            outputRoot: output.split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: name),
            pipeline: PipelineSpec(name: draft.name, stages: stages, summaries: draft.summaries), axes: axes,
            cluster: cluster,
            resources: resources.completed(by: stages.map { draft.resources[$0.name] ?? ResourcesDraft() }),
            packing: packing, collect: collect)
        func note(_ keyed: Keyed, _ key: String) {
            guard let mark = keyed.node(key)?.mark else { return }
            spec.places[keyed.name(key)] = SourceLocation(file: reader.file, line: mark.line, column: mark.column)
        }
        note(root, "cluster")
        for key in ["dataset_root", "scenes", "scene", "scene_start", "scene_end"] { note(experiment, key) }
        if let asked = root.mapping("resources") { note(asked, "time") }
        return spec
    }

    private static func pipeline(
        _ root: Keyed, presetNames: [String], preset: PresetSource, more: inout [Diagnostic]
    ) -> PipelineDraft? {
        guard let node = root.node("pipeline") else {
            root.reader.report(
                at: root.mark, "'pipeline' is missing",
                hint: "add: pipeline: cellpipe, or pipeline: {command: [program, '{scene.path}']}")
            return nil
        }
        guard case .scalar(let name, _) = node.content else {
            return Keyed(node, path: "pipeline", root.reader).map { PipelineReader.read($0, name: "inline") }
        }
        guard let (file, bytes) = preset(name) else {
            let near = Suggestion.nearest(to: name, in: presetNames).map { "; did you mean '\($0)'?" } ?? ""
            root.reader.report(
                at: node.mark, "there is no pipeline '\(name)'\(near)",
                hint:
                    "known: \(presetNames.isEmpty ? "none" : presetNames.joined(separator: ", ")); a path or an inline pipeline serves too"
            )
            return nil
        }
        let inner = Reader(file: file, text: String(decoding: bytes, as: UTF8.self))
        let draft = inner.parse(bytes).flatMap { Keyed($0, path: "", inner) }.map {
            PipelineReader.read($0, name: name)
        }
        if let draft { _ = ordered(draft, inner) }
        more += inner.found
        return draft
    }

    private static func axes(_ root: Keyed) -> [Axis] {
        guard let sweep = root.mapping("sweep") else { return [] }
        defer { sweep.finish() }
        guard let matrix = sweep.mapping("matrix") else { return [] }
        return matrix.entries.compactMap { pair in
            let values: [JSON]
            switch pair.value.content {
            case .sequence(let elements): values = elements.map(Scalar.value)
            case .scalar: values = [Scalar.value(pair.value)]
            case .mapping:
                root.reader.report(
                    at: pair.value.mark, "'sweep.matrix.\(pair.key)' must be a list of values, not a mapping")
                return nil
            }
            guard !values.isEmpty else {
                root.reader.report(
                    at: pair.value.mark, "'sweep.matrix.\(pair.key)' has no values; the sweep would be empty")
                return nil
            }
            if Set(values.map(\.canonical)).count < values.count {
                root.reader.report(at: pair.value.mark, "'sweep.matrix.\(pair.key)' names a value twice")
            }
            return Axis(name: pair.key, values: values)
        }
    }

    private static func collect(_ root: Keyed) -> SweepSpec.Collect {
        guard let globs = root.texts("collect") else { return .summaries }
        return globs == ["all"] ? .all : .globs(globs)
    }

    private static func scenes(_ experiment: Keyed) -> SweepSpec.Scenes {
        let from = experiment.text("scene_start")
        let to = experiment.text("scene_end")
        guard let node = experiment.node("scenes") else {
            return from == nil && to == nil ? .all : .range(from: from, to: to)
        }
        if from != nil || to != nil {
            experiment.reader.report(
                at: node.mark, "'scenes' and 'scene_start'/'scene_end' can't stand together",
                hint: "use: scenes: {start: A, end: B}")
        }
        func isAll(_ text: String) -> Bool { ["all", "*", "__all__"].contains(text.lowercased()) }
        switch node.content {
        case .scalar(let text, _): return isAll(text) ? .all : .list([text])
        case .mapping:
            guard let range = Keyed(node, path: "experiment.scenes", experiment.reader) else { return .all }
            defer { range.finish() }
            return .range(from: range.text("start"), to: range.text("end"))
        case .sequence(let elements):
            let names = elements.compactMap { Scalar.text($0, name: "experiment.scenes", experiment.reader) }
            if names.isEmpty {
                experiment.reader.report(at: node.mark, "'experiment.scenes' is empty", hint: "use: scenes: all")
            }
            return names.contains(where: isAll) ? .all : .list(names)
        }
    }
}
