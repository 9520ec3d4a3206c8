import Foundation
import MusterCluster
import MusterCore

/// A config turned into a plan on its site.
struct Planned {
    var loaded: LoadedConfig
    var site: Site
    var plan: Plan
    /// Where its allocations go.
    var placement: Placement

    /// Finds the scenes and plans; `folder` is the run's folder there, which a relative output on a remote cluster lies in.
    /// With `offline` no other machine is asked.
    static func make(
        _ loaded: LoadedConfig, offline: Bool = false, runFolder: (Site) -> String
    ) async throws -> Planned {
        let site = offline ? Site.unopened(loaded.cluster) : try await Site.open(loaded.cluster)
        if site.workdir.isEmpty { throw await Workdir.missing(loaded.cluster, on: nil) }
        let scenes = try await scenes(loaded, site, offline: offline)
        let placement = try await Placement.choose(for: loaded, on: site, offline: offline)
        for note in placement.notes { Terminal.complain(note) }
        let planned = plan(loaded, site, scenes, placement, runFolder: runFolder)
        try placement.verify(planned.plan, loaded)
        return planned
    }

    /// Plans from what was found.
    static func plan(
        _ loaded: LoadedConfig, _ site: Site, _ scenes: [Scene], _ placement: Placement, runFolder: (Site) -> String
    ) -> Planned {
        let spec = loaded.spec
        let output: String
        if spec.outputRoot.hasPrefix("/") {
            output = spec.outputRoot
        } else if loaded.cluster.backend == .local {
            output = Places.absolute(spec.outputRoot, below: loaded.folder)
        } else {
            output = "\(runFolder(site))/\(spec.outputRoot)"
        }
        let plan = Planner.plan(
            PlanInput(
                sweep: spec.name, cluster: loaded.cluster.name,
                scenes: scenes, points: spec.points,
                stages: spec.pipeline.stages.map { $0.on(loaded.cluster.name) }, outputRoot: output,
                resources: spec.resources, packing: spec.packing,
                capacity: placement.capacity, nodes: loaded.cluster.nodes,
                layout: spec.layout, localSlots: spec.localSlots))
        return Planned(loaded: loaded, site: site, plan: plan, placement: placement)
    }

    /// The scenes that the config selects, with their paths there.
    static func scenes(_ loaded: LoadedConfig, _ site: Site, offline: Bool = false) async throws -> [Scene] {
        let spec = loaded.spec
        func there(_ path: String, _ key: String) throws -> String {
            let absolute = loaded.cluster.host == nil ? Places.absolute(path, below: loaded.folder) : path
            guard absolute.hasPrefix("/") || absolute.hasPrefix("~/") else {
                throw loaded.mistake(
                    at: ["experiment.\(key)"],
                    "'experiment.\(key)' must be an absolute path on '\(loaded.cluster.name)', not '\(path)'",
                    hint: "the data lie there, not here")
            }
            return absolute
        }
        if let single = spec.single { return [Scene(name: single.name, path: try there(single.path, "data_path"))] }
        let dataset = try there(spec.datasetRoot, "dataset_root")
        let below = spec.sceneKind.path.map { "/\($0)" } ?? ""
        func scene(_ found: FoundScene) -> Scene { Scene(name: found.name, path: "\(dataset)/\(found.name)\(below)") }
        if offline, loaded.cluster.host != nil { return try loaded.listedScenes().map(scene) }
        let found: [FoundScene]
        do throws(HostError) {
            found = try await SceneDiscovery.scenes(at: dataset, kind: spec.sceneKind, on: site.host)
        } catch {
            guard error.kind == .file else { throw error }
            throw loaded.mistake(at: ["experiment.dataset_root"], error.message, hint: error.hint ?? "")
        }
        do throws(SceneSelectionError) {
            return try spec.scenes.select(from: found, kind: spec.sceneKind).map(scene)
        } catch {
            throw loaded.mistake(at: error.keys, error.message(root: dataset), hint: error.hint(found: found))
        }
    }
}
