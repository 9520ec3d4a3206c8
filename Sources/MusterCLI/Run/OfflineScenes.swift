import MusterCore

extension LoadedConfig {
    /// The scenes that the config lists by name, as if all of them were there.
    ///
    /// - Throws: A mistake where the list must be completed by looking at the data set.
    func listedScenes() throws -> [FoundScene] {
        let keys = ["experiment.scenes", "experiment.scene_start", "experiment.scene_end", "experiment.dataset_root"]
        let selection = spec.scenes
        guard let list = selection.list, !list.contains(where: SceneSelection.isAll), selection.start == nil,
            selection.end == nil
        else {
            throw mistake(
                at: keys, "which scenes there are is known on '\(cluster.name)' alone, and --offline asks nobody",
                hint: "list them: experiment.scenes: [NAME, NAME], or leave out --offline")
        }
        var seen: Set<String> = []
        return list.filter { seen.insert($0).inserted }.map { FoundScene($0) }
    }
}
