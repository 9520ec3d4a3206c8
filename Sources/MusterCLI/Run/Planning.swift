import Foundation
import MusterCluster
import MusterCore

/// A config turned into a plan on its site.
struct Planned {
    var loaded: LoadedConfig
    var site: Site
    var plan: Plan

    /// Finds the scenes and plans; `folder` is the run's folder there, which a relative output on a remote cluster lies in.
    static func make(_ loaded: LoadedConfig, runFolder: (Site) -> String) async throws -> Planned {
        let site = try await Site.open(loaded.cluster)
        let spec = loaded.spec
        let isHere = loaded.cluster.host == nil
        let dataset = isHere ? Places.absolute(spec.datasetRoot, below: loaded.folder) : spec.datasetRoot
        guard dataset.hasPrefix("/") || dataset.hasPrefix("~/") else {
            throw loaded.mistake(
                at: ["experiment.dataset_root"],
                "'experiment.dataset_root' must be an absolute path on '\(loaded.cluster.name)', not '\(spec.datasetRoot)'",
                hint: "the data set lies there, not here")
        }
        let kind: SceneDiscovery.Kind =
            switch spec.sceneKind {
            case .folders(let required): .folders(require: required)
            case .files(let pattern): .files(pattern: pattern)
            }
        let found: [String]
        do throws(HostError) {
            found = try await SceneDiscovery.names(at: dataset, kind: kind, on: site.host)
        } catch {
            guard error.kind == .file else { throw error }
            throw loaded.mistake(at: ["experiment.dataset_root"], error.message, hint: error.hint ?? "")
        }
        let names = try select(from: found, loaded, dataset: dataset)
        let output: String
        if spec.outputRoot.hasPrefix("/") {
            output = spec.outputRoot
        } else if loaded.cluster.backend == .local {
            output = Places.absolute(spec.outputRoot, below: loaded.folder)
        } else {
            output = "\(runFolder(site))/\(spec.outputRoot)"
        }
        let capacity = try await site.capacity()
        if let time = spec.resources.time, let limit = capacity.timeLimit, time > limit {
            let partition = loaded.cluster.partition.map { "the partition '\($0)'" } ?? "the default partition"
            throw loaded.mistake(
                at: ["resources.time"],
                "resources.time \(time) is more than \(partition) of '\(loaded.cluster.name)' allows: \(limit)",
                hint: "ask for less, or for another partition; see: sinfo -o '%P %l'")
        }
        let plan = Planner.plan(
            PlanInput(
                sweep: spec.name, cluster: loaded.cluster.name,
                scenes: names.map { Scene(name: $0, path: "\(dataset)/\($0)") }, axes: spec.axes,
                stages: spec.pipeline.stages.map { $0.on(loaded.cluster.name) }, outputRoot: output,
                resources: spec.resources, packing: spec.packing,
                capacity: capacity, nodes: loaded.cluster.nodes))
        return Planned(loaded: loaded, site: site, plan: plan)
    }

    private static func select(
        from found: [String], _ loaded: LoadedConfig, dataset: String
    ) throws -> [String] {
        guard !found.isEmpty else {
            throw loaded.mistake(
                at: ["experiment.dataset_root"], "no scenes were found in '\(dataset)'",
                hint: "check experiment.dataset_root and what 'scene' says a scene is")
        }
        do throws(SceneSelectionError) {
            return try loaded.spec.select(from: found)
        } catch {
            switch error {
            case .missing(let names, let near):
                let hint =
                    near.isEmpty
                    ? "there are: \(found.prefix(8).joined(separator: ", "))"
                    : "did you mean: \(near.joined(separator: ", "))?"
                throw loaded.mistake(
                    at: ["experiment.scenes", "experiment.scene_start", "experiment.scene_end"],
                    "these scenes were not found in '\(dataset)': \(names.joined(separator: ", "))", hint: hint)
            case .reversed(let from, let to):
                throw loaded.mistake(
                    at: ["experiment.scenes", "experiment.scene_start"],
                    "the scene '\(to)' comes before '\(from)'", hint: "give the range in the order of the names")
            }
        }
    }
}
