import MusterCore
import YAML

/// A pipeline as its file or the config's inline form says it, before the config's own parameters are merged in.
struct PipelineDraft {
    var name: String
    var stages: [StageSpec]
    /// Where each stage's command stands, for what is found out later.
    var marks: [String: Mark]
    var summaries: [String]
    var sceneKind: SceneKind?
    /// Rules for the order of results, by name.
    var layouts: [String: [LayoutRule]] = [:]
    /// The items that stages go through which name them, and what single stages say of theirs, by name.
    var items: ItemsDraft?
    var stageItems: [String: ItemsDraft] = [:]
    /// It is a single command.
    var isCommand = false
    /// Record files besides muster's own.
    var records: RecordStyle?
    /// What each stage asks for, by name.
    var resources: [String: ResourcesDraft] = [:]
}

enum PipelineReader {
    /// Reads `{name, scene, collect, environment..., stages: [...]}` or `{command: ...}`.
    static func read(_ keyed: Keyed, name: String) -> PipelineDraft {
        let own = keyed.text("name") ?? name
        let shared = EnvironmentDraft.read(keyed)
        var draft = PipelineDraft(
            name: own, stages: [], marks: [:], summaries: keyed.texts("collect") ?? [],
            sceneKind: keyed.mapping("scene").map(sceneKind))
        draft.layouts = layouts(keyed)
        draft.records = keyed.choice("records", RecordStyle.self)
        keyed.reader.records = draft.records
        let inPlace = keyed.mapping("resources")
        let progress = progress(keyed)
        draft.isCommand = keyed.has("command")
        draft.items = ItemsDraft(keyed.mapping("items"), ofStage: draft.isCommand)
        let checkpoint = checkpoint(keyed)
        if let command = keyed.node("command") {
            if keyed.has("stages") {
                keyed.reader.report(
                    at: command.mark, "'\(keyed.name("command"))' can't stand beside 'stages'",
                    hint: "a command is a pipeline of one stage; put it into the list")
            }
            if let parsed = self.command(command, keyed.name("command"), keyed.reader) {
                let environments = shared.combined(with: EnvironmentDraft(base: .none, clusters: [:]))
                var stage = StageSpec(
                    name: "run", command: parsed, environment: environments.everywhere,
                    clusters: environments.clusters, progress: progress)
                stage.checkpoint = checkpoint
                draft.stages = [stage]
                draft.marks["run"] = command.mark
                draft.resources["run"] = ResourcesDraft(inPlace)
            }
        } else if let list = keyed.node("stages") {
            for key in ["resources", "progress", "checkpoint"] where keyed.has(key) {
                keyed.reader.report(
                    at: keyed.node(key)?.mark ?? keyed.mark, "'\(keyed.name(key))' belongs to a stage here",
                    hint: "beside 'stages' each stage has its own")
            }
            guard case .sequence(let elements) = list.content, !elements.isEmpty else {
                keyed.reader.report(
                    at: list.mark, "'\(keyed.name("stages"))' must be a list of stages, not \(list.kind)")
                return draft
            }
            for (index, element) in elements.enumerated() {
                let path = "\(keyed.name("stages"))[\(index)]"
                guard let entry = Keyed(element, .stage, path: path, keyed.reader) else { continue }
                read(stage: entry, shared: shared, into: &draft)
            }
        } else {
            keyed.reader.report(
                at: keyed.mark, "the pipeline has neither 'stages' nor 'command'",
                hint: "add: command: [program, '{scene.path}']")
        }
        keyed.finish()
        return draft
    }

    private static func read(stage entry: Keyed, shared: EnvironmentDraft, into draft: inout PipelineDraft) {
        let name = entry.required("name", "segment")
        let commandNode = entry.node("command")
        if commandNode == nil {
            entry.reader.report(
                at: entry.mark, "'\(entry.name("command"))' is missing", hint: "add: command: [program, '{scene.path}']"
            )
        }
        let command = commandNode.flatMap { self.command($0, entry.name("command"), entry.reader) }
        let parameters = entry.table("parameters").map { JSON.Member($0.key, Scalar.value($0.value)) }
        let environments = shared.combined(with: EnvironmentDraft.read(entry))
        let resources = ResourcesDraft(entry.mapping("resources"))
        let progress = progress(entry)
        let requires = entry.texts("requires") ?? []
        let products = ProductsDraft(entry)
        let checkpoint = checkpoint(entry)
        let items = ItemsDraft(entry.mapping("items"), ofStage: true)
        let always = entry.flag("always") ?? false
        entry.finish()
        guard let name, let command, let commandNode else { return }
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        else {
            entry.reader.report(
                at: entry.mark, "a stage can't be named '\(name)'", hint: "letters, digits, '_' and '-' make a name")
            return
        }
        guard draft.marks[name] == nil else {
            entry.reader.report(at: entry.mark, "two stages are named '\(name)'")
            return
        }
        draft.marks[name] = commandNode.mark
        var stage = StageSpec(
            name: name, command: command, requires: requires, produces: products.names, parameters: parameters,
            environment: environments.everywhere, clusters: environments.clusters, progress: progress)
        products.complete(&stage)
        stage.checkpoint = checkpoint
        draft.stages.append(stage)
        if always {
            setAlways(&draft, at: entry.node("always")?.mark ?? entry.mark, entry.reader, hasItems: items != nil)
        }
        draft.stageItems[name] = items
        draft.resources[name] = resources
    }

    /// `folders: {...}` or `files: PATTERN`.
    static func sceneKind(_ keyed: Keyed) -> SceneKind {
        defer { keyed.finish() }
        let folders = keyed.mapping("folders")
        defer { folders?.finish() }
        if let pattern = keyed.text("files") {
            if pattern.contains("/") {
                keyed.reader.report(at: keyed.mark, "'\(keyed.name("files"))' is a pattern for names, without '/'")
            }
            if let folders {
                keyed.reader.report(
                    at: folders.mark, "a scene is a folder or a file: 'folders' and 'files' can't stand together")
            }
            return SceneKind(.files(pattern: pattern))
        }
        func relative(_ key: String) -> [String] {
            let paths = folders?.texts(key) ?? []
            for path in paths where path.hasPrefix("/") || path.split(separator: "/").contains("..") {
                keyed.reader.report(
                    at: folders?.node(key)?.mark ?? keyed.mark, "'\(path)' must be a path below a scene's folder")
            }
            return paths
        }
        return SceneKind(
            .folders(require: relative("require")), prefer: folders?.text("prefer"), expect: relative("expect"),
            path: relative("path").first)
    }

    /// A pattern for the program's own output: `{done}` or `{t}` with, in most programs, `{total}` or `{T}`.
    private static func progress(_ keyed: Keyed) -> ProgressPattern? {
        keyed.value("progress", expected: "a piece of the program's output such as 'frame {done} of {total}'") {
            ProgressPattern($0)
        }
    }

    static func command(_ node: Node, _ name: String, _ reader: Reader) -> Command? {
        switch node.content {
        case .scalar(let line, _) where !line.isEmpty: return .shell(line)
        case .sequence(let elements) where !elements.isEmpty:
            return .argv(
                elements.compactMap { element in
                    guard case .sequence(let inner) = element.content else {
                        return Scalar.text(element, name: name, reader).map { .word($0) }
                    }
                    return .group(inner.compactMap { Scalar.text($0, name: name, reader) })
                })
        default:
            reader.report(at: node.mark, "'\(name)' must be a list of words or a line for bash, not \(node.kind)")
            return nil
        }
    }
}
