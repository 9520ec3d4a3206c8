import MusterCore
import YAML

extension My3DIS {
    /// Reads a whole config.
    static func read(
        _ node: Node, _ reader: Reader, _ options: SweepReader.Options, _ files: ConfigFiles
    ) -> SweepSpec? {
        guard let root = Keyed(node, .my3dis, path: "", reader) else { return nil }
        guard let draft = SweepReader.preset("my3dis", at: root.mark, reader, options) else { return nil }
        let points = SweepReader.points(root.mapping("sweep"), files: files)
        var shared = SharedDraft(root)
        guard let experiment = root.mapping("experiment") else {
            reader.report(at: root.mark, "'experiment' is missing", hint: "add: experiment: {data_path: FOLDER}")
            root.finish(unknown: .warning)
            return nil
        }
        let sections = root.mapping("stages")
        let stages = stages(of: draft, sections, experiment, options)
        if let node = sections?.node("gpu"), case let gpus = gpus(node), !gpus.isEmpty {
            reader.report(
                .note, at: node.mark,
                "'stages.gpu' asks for \(gpus.count) GPU\(gpus.count == 1 ? "" : "s") of a slot; which of the node's they are is the scheduler's choice"
            )
            if !shared.saysGPUs { shared.gpus = gpus.count }
        }
        sections?.finish(unknown: .warning)
        let scope = scope(experiment, options)
        let output = output(experiment, options, isSingle: scope.single != nil)
        let slots = localSlots(experiment)
        unused(experiment)
        let name = SweepReader.name(of: experiment, experiment.text("name") ?? stem(reader.file))
        experiment.finish(unknown: .warning)
        let items = ItemsDraft(root.mapping("items"), ofStage: false)
        root.finish(unknown: .warning)
        guard let stages, let points, let name, let output else { return nil }
        var checked = draft
        checked.stages = stages.specs
        SweepReader.giveItems(items, to: &checked, reader)
        SweepReader.check(checked, points: points, at: root.node("sweep")?.mark ?? root.mark, reader)
        guard let ordered = SweepReader.ordered(checked, reader) else { return nil }
        var spec = SweepSpec(
            file: reader.file, name: name, datasetRoot: scope.dataset, scenes: scope.selection,
            sceneKind: draft.sceneKind ?? SceneKind(.folders(require: [])), outputRoot: SweepReader.named(output, name),
            pipeline: PipelineSpec(name: draft.name, stages: ordered, summaries: draft.summaries), points: points,
            cluster: shared.cluster)
        shared.complete(&spec, draft)
        spec.single = scope.single
        spec.localSlots = slots
        // Every other text means the order in which the stages wrote.
        let order = experiment.text("output_layout")?.trimming().lowercased() ?? ""
        spec.rules = draft.layouts[order] ?? []
        if draft.layouts[order] != nil { spec.layoutName = order }
        spec.skipped = stages.skipped
        spec.layout = .my3dis(
            layout(experiment, stages, isSingle: scope.single != nil))
        SweepReader.note(root, experiment, in: &spec)
        return spec
    }

    /// Which scenes: of a data set, or the one whose frames lie in `data_path`.
    struct Scope {
        var dataset: String
        var selection: SceneSelection
        var single: Scene?
    }

    private static func scope(_ experiment: Keyed, _ options: SweepReader.Options) -> Scope {
        let reader = experiment.reader
        let start = experiment.text("scene_start")
        let end = experiment.text("scene_end")
        let scenes = experiment.node("scenes")
        let named = experiment.text("dataset_root")
        let path = experiment.text("data_path")
        guard scenes != nil || start != nil || end != nil else {
            guard let path = path ?? options.variables["MY3DIS_DATA_PATH"] else {
                let hint =
                    experiment.has("scenes") || named != nil
                    ? "add: data_path: FOLDER, or for all scenes of dataset_root: scenes: all"
                    : "add: data_path: FOLDER"
                reader.report(at: experiment.mark, "experiment.data_path is required", hint: hint)
                return Scope(dataset: "", selection: SceneSelection())
            }
            return Scope(dataset: path, selection: SceneSelection(), single: Scene(name: sceneName(path), path: path))
        }
        let dataset = options.variables["MY3DIS_DATASET_ROOT"] ?? named
        if dataset == nil {
            reader.report(
                at: experiment.mark, "'experiment.dataset_root' is missing",
                hint: "add: dataset_root: FOLDER, or set MY3DIS_DATASET_ROOT")
        }
        let list = scenes.flatMap { SweepReader.sceneList($0, reader) }
        return Scope(dataset: dataset ?? "", selection: SceneSelection(list: list, start: start, end: end))
    }

    /// `SCENE` of `DATASET/SCENE/outputs/color`, else the path's last level.
    static func sceneName(_ path: String) -> String {
        let levels = path.split(separator: "/").map(String.init)
        if levels.count > 2, levels.suffix(2) == ["outputs", "color"] { return levels[levels.count - 3] }
        return levels.last ?? "scene"
    }

    private static func output(_ experiment: Keyed, _ options: SweepReader.Options, isSingle: Bool) -> String? {
        let written = experiment.text("output_root")
        let variable = isSingle ? nil : options.variables["MY3DIS_OUTPUT_ROOT"]
        guard let output = options.outputRoot ?? variable ?? written else {
            experiment.reader.report(
                at: experiment.mark, "'experiment.output_root' is missing",
                hint: "add: output_root: results/{name}, or give --override-output FOLDER")
            return nil
        }
        if output.contains("{name}"), experiment.node("name") == nil {
            experiment.reader.report(
                at: experiment.node("output_root")?.mark ?? experiment.mark,
                "'experiment.output_root' uses {name}, but there is no 'experiment.name'", hint: "add: name: NAME")
        }
        return output
    }

    /// `parallel_scenes`: how many jobs this machine runs side by side.
    private static func localSlots(_ experiment: Keyed) -> Int {
        guard let node = experiment.node("parallel_scenes") else { return 1 }
        guard let number = integer(node) else {
            experiment.reader.report(
                .warning, at: node.mark, "'experiment.parallel_scenes' is no number: \(shown(node)); 1 is taken")
            return 1
        }
        if number > 1 {
            experiment.reader.report(
                .note, at: node.mark,
                "'experiment.parallel_scenes' is the number of jobs side by side on this machine; on Slurm the scheduler decides"
            )
        }
        return max(1, number)
    }

    /// Keys that mean nothing here, because each job has a process and a memory limit of its own anyway.
    private static func unused(_ experiment: Keyed) {
        for key in ["force_parallel", "isolate_scenes"] where experiment.node(key) != nil {
            experiment.reader.report(
                .note, at: experiment.node(key)?.mark ?? experiment.mark,
                "'experiment.\(key)' has no effect: every job runs in processes of its own, under its own limits")
        }
    }

    private static func stem(_ file: String) -> String {
        let name = file.split(separator: "/").last ?? "my3dis"
        return Point.pathLevel(String(name.split(separator: ".").first ?? "my3dis"))
    }

    private static func layout(_ experiment: Keyed, _ stages: Stages, isSingle: Bool) -> My3DISLayout {
        let aggregates = experiment.flag("aggregate_output") ?? false
        let stamp = experiment.text("run_timestamp")
        return My3DISLayout(
            parent: aggregates ? stamp ?? OutputLayout.stamp : nil, hasSceneLevel: !isSingle,
            appendsStamp: stages.appendsStamp, tag: stages.tagInPath ? stages.tag : nil, parameters: stages.naming)
    }
}
