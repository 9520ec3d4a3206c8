extension ExperimentRecord {
    /// What `workflow_summary.json` says under `experiment` of one job. `scenes`: names of all scenes of the run, in order.
    func facts(of row: JobRow, plan: RunPlan, scenes: [String]) -> JSON {
        let place = ScenePlace(row.scene)
        let ssam = plan.stages.first { $0.name == "ssam" }?.parameters(at: row.point) ?? []
        func parameter(_ key: String) -> JSON? { ssam.last { $0.key == key }?.value }
        let levels = plan.stages.lazy.compactMap { stage in
            stage.parameters(at: row.point).last { $0.key == "levels" }?.value
        }.first
        let alone: [JSON.Member] = [
            .init("name", .string(name)), .init("scene", .string(row.scene.name)),
            .init("scene_root", place.root.map(JSON.string) ?? .null),
            .init("dataset_root", place.dataset.map(JSON.string) ?? .null),
            .init("data_path", .string(row.scene.path)), .init("output_root", .string(plan.outputRoot)),
            .init("levels", levels ?? .null), .init("tag", parameter("experiment_tag") ?? .null),
            .init("scene_output_root", .string(sceneOutput(row.output))),
        ]
        let point = row.point.values.isEmpty ? [] : [JSON.Member("point", .object(row.point.values))]
        guard hasSceneLevel else { return .object(alone + point) }
        let index = scenes.firstIndex(of: row.scene.name)
        let among: [JSON.Member] = [
            .init("parent_experiment", .string(name)),
            .init("experiment_root", .string(root(below: plan.outputRoot))),
            .init("scene_index", index.map { .int($0) } ?? .null),
            .init("scene_list", scenes.count > Self.mostScenes ? .null : .strings(scenes)),
            .init("scene_start", sceneStart.map(JSON.string) ?? .null),
            .init("scene_end", sceneEnd.map(JSON.string) ?? .null),
        ]
        return .object(alone + among + point)
    }

    /// Every job's record names all scenes, so with very many of them the list is left out.
    static let mostScenes = 1000

    /// The scene's folder around a result.
    public func sceneOutput(_ output: String) -> String {
        guard hasRunFolder, let slash = output.lastIndex(of: "/") else { return output }
        return String(output[..<slash])
    }
}

/// Where a scene lies, by its path: the scene's own folder and the data set's.
struct ScenePlace: Equatable {
    var root: String?, dataset: String?

    /// The last level of the path that has the scene's name is its folder.
    init(_ scene: Scene) {
        let levels = scene.path.split(separator: "/", omittingEmptySubsequences: false)
        guard let index = levels.lastIndex(where: { $0 == scene.name }), index > 0 else { return }
        root = levels[...index].joined(separator: "/")
        dataset = levels[..<index].joined(separator: "/")
    }
}
