public import MusterCore
import YAML

/// Reads sweep configs: all mistakes at once, each with its place.
public enum SweepReader {
    /// What reading a config gives.
    public struct Result {
        /// The config; nil exactly when an error was found.
        public var spec: SweepSpec?
        /// What was found, sorted by place.
        public var found: [Diagnostic]
        /// The merged files; nil when they could not be read.
        public var resolved: ResolvedConfig?
        /// Whether it is a config of My3DIS.
        public var isMy3DIS = false
        /// Record files that the pipeline keeps besides muster's own; known also of a config with mistakes.
        public var records: RecordStyle?
    }

    /// What a reader may be told.
    public struct Options {
        /// Warnings count as errors.
        public var isStrict = false
        /// Names of all presets, for suggestions.
        public var presetNames: [String] = []
        /// Gives a preset pipeline by name or path.
        public var preset: (String) -> ConfigFiles.Text? = { _ in nil }
        /// Variables that configs of My3DIS heed.
        public var variables: [String: String] = [:]
        /// The output folder that the user asked for instead of the config's.
        public var outputRoot: String?

        /// The defaults: no presets, no variables.
        public init() {}
    }

    /// Reads one text alone.
    public static func read(
        _ bytes: [UInt8], file: String, overrides: [String] = [], presetNames: [String] = []
    ) -> (SweepSpec?, [Diagnostic]) {
        var options = Options()
        options.presetNames = presetNames
        let result = read(
            ConfigFiles(main: .init(file: file, bytes: bytes), settings: overrides), options)
        return (result.spec, result.found)
    }

    /// Reads a config with the files that it builds on.
    public static func read(_ files: ConfigFiles, _ options: Options) -> Result {
        let reader = Reader(file: files.main.file, isStrict: options.isStrict)
        guard let root = Composition(files: files, reader: reader, key: "defaults").root() else {
            return Result(spec: nil, found: reader.found, resolved: nil)
        }
        let spec: SweepSpec?
        let isMy3DIS = My3DIS.speaks(root)
        if isMy3DIS {
            spec = My3DIS.read(root, reader, options, files)
        } else {
            spec = Keyed(root, .sweep, path: "", reader).flatMap { read($0, options, files) }
        }
        let all = reader.found.sorted { $0.location < $1.location }
        let hasErrors = all.contains { $0.severity == .error }
        return Result(
            spec: hasErrors ? nil : spec, found: all,
            resolved: ResolvedConfig(root: root, reader: reader, main: files.user == nil ? 0 : 1), isMy3DIS: isMy3DIS,
            records: reader.records)
    }

    private static func read(_ root: Keyed, _ options: Options, _ files: ConfigFiles) -> SweepSpec? {
        let reader = root.reader
        var draft = pipeline(root, options)
        if let named = draft { _ = ordered(named, reader) }
        let points = points(root.mapping("sweep"), files: files)
        if draft != nil { merge(root.table("stages"), into: &draft!, reader) }
        let items = ItemsDraft(root.mapping("items"), ofStage: false)
        if draft != nil { giveItems(items, to: &draft!, reader) }
        let shared = SharedDraft(root)
        guard let experiment = root.mapping("experiment") else {
            if root.node("experiment") == nil {
                reader.report(
                    at: root.mark, "'experiment' is missing",
                    hint: "add: experiment: {name: NAME, dataset_root: FOLDER}")
            }
            root.finish()
            return nil
        }
        let name = self.name(of: experiment, experiment.required("name", "first-try"))
        let dataset = experiment.required("dataset_root", "data")
        let output = options.outputRoot ?? experiment.text("output_root") ?? "results/{name}"
        let scenes = scenes(experiment)
        let sceneKind = experiment.mapping("scene").map(PipelineReader.sceneKind) ?? draft?.sceneKind
        experiment.finish()
        root.finish()
        guard let name, let dataset, let draft, let points else { return nil }
        check(draft, points: points, at: root.node("sweep")?.mark ?? root.mark, reader)
        guard let stages = ordered(draft, reader) else { return nil }
        var spec = SweepSpec(
            file: reader.file, name: name, datasetRoot: dataset, scenes: scenes,
            sceneKind: sceneKind ?? SceneKind(.folders(require: [])),
            outputRoot: named(output, name),
            pipeline: PipelineSpec(name: draft.name, stages: stages, summaries: draft.summaries), points: points,
            cluster: shared.cluster)
        shared.complete(&spec, draft)
        if let name = experiment.text("output_layout") {
            spec.rules = draft.layouts[name] ?? []
            spec.layoutName = name
            if draft.layouts[name] == nil {
                let known = draft.layouts.keys.sorted()
                let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
                reader.report(
                    at: experiment.node("output_layout")?.mark ?? experiment.mark,
                    "the pipeline '\(draft.name)' has no layout '\(name)'\(near)",
                    hint: known.isEmpty
                        ? "a pipeline's 'layouts' name them" : "its layouts: \(known.joined(separator: ", "))")
            }
        }
        note(root, experiment, in: &spec)
        return spec
    }

    /// `{name}` replaced.
    static func named(_ text: String, _ name: String) -> String {
        text.split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: name)
    }

    /// A sweep's name, checked: it goes into folders and into Slurm's job names.
    static func name(of experiment: Keyed, _ name: String?) -> String? {
        if let name, name.isEmpty || name.contains(where: { "/,".contains($0) || $0.isWhitespace || $0.isNewline }) {
            experiment.reader.report(
                at: experiment.node("name")?.mark ?? experiment.mark, "'experiment.name' can't be '\(name)'",
                hint: "a name has no blanks, commas or slashes")
        }
        return name
    }

    /// Where values stand that can be wrong for a place only.
    static func note(_ root: Keyed, _ experiment: Keyed, in spec: inout SweepSpec) {
        func note(_ keyed: Keyed, _ key: String) {
            guard keyed.section[key] != nil, let mark = keyed.node(key)?.mark else { return }
            spec.places[keyed.name(key)] = root.reader.location(mark)
        }
        note(root, "cluster")
        note(root, "packing")
        for key in ["dataset_root", "scenes", "scene", "scene_start", "scene_end", "data_path"] {
            note(experiment, key)
        }
        if let asked = root.mapping("resources") {
            for key in asked.section.keys.map(\.name) { note(asked, key) }
        }
    }
}
