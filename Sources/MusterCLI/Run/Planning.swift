import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// A config turned into a plan on its site.
struct Planned {
    var loaded: LoadedConfig
    var site: Site
    var plan: Plan
    /// The most elements that the scheduler takes at once; nil where that is not known.
    var submitLimit: Int?

    /// Finds the scenes and plans; `folder` is the run's folder there, which a relative output on a remote cluster lies in.
    static func make(_ loaded: LoadedConfig, runFolder: (Site) -> String) async throws -> Planned {
        let site = try await Site.open(loaded.cluster)
        let spec = loaded.spec
        let scenes = try await scenes(loaded, site)
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
        var input = PlanInput(
            sweep: spec.name, cluster: loaded.cluster.name, scenes: scenes, points: spec.points,
            stages: spec.pipeline.stages.map { $0.on(loaded.cluster.name) }, outputRoot: output,
            resources: spec.resources, packing: spec.packing, capacity: capacity, nodes: loaded.cluster.nodes,
            layout: spec.layout, localSlots: spec.localSlots)
        input.sizes = spec.sizes
        input.rules = spec.rules
        input.mostClasses = spec.mostClasses
        input.jobNodes = spec.placement.nodes
        input.expectedTime = try expectedTime(loaded)
        try checkNodes(loaded)
        let plan = Planner.plan(input)
        return Planned(loaded: loaded, site: site, plan: plan)
    }

    /// How long jobs took before, for a sweep whose jobs say no time and are packed.
    private static func expectedTime(_ loaded: LoadedConfig) throws -> WallTime? {
        let spec = loaded.spec
        guard loaded.cluster.backend == .slurm, spec.resources.time == nil, spec.sizes.isEmpty, spec.packing == .auto,
            FileManager.default.fileExists(atPath: Places.state)
        else { return nil }
        return try RunRecord.openHistory().usualDuration(sweep: spec.name, cluster: loaded.cluster.name)
    }

    /// Several nodes need Slurm, and either jobs or agents have them.
    private static func checkNodes(_ loaded: LoadedConfig) throws {
        let nodes = loaded.spec.placement.nodes
        guard nodes > 1 else { return }
        if loaded.cluster.backend == .local {
            throw loaded.mistake(
                at: ["resources.nodes"],
                "a job of \(nodes) nodes can't run on '\(loaded.cluster.name)', which is one machine",
                hint: "name a Slurm cluster: --cluster NAME")
        }
        if loaded.cluster.nodes > 1 {
            throw loaded.mistake(
                at: ["resources.nodes"],
                "a job of \(nodes) nodes can't run on '\(loaded.cluster.name)', whose 'slurm.nodes' gives every node an agent",
                hint: "take 'nodes' out of the cluster's 'slurm'")
        }
    }

    /// The scenes that the config selects, with their paths there.
    private static func scenes(_ loaded: LoadedConfig, _ site: Site) async throws -> [Scene] {
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
        let found: [FoundScene]
        do throws(HostError) {
            found = try await SceneDiscovery.scenes(at: dataset, kind: spec.sceneKind, on: site.host)
        } catch {
            guard error.kind == .file else { throw error }
            throw loaded.mistake(at: ["experiment.dataset_root"], error.message, hint: error.hint ?? "")
        }
        do throws(SceneSelectionError) {
            let below = spec.sceneKind.path.map { "/\($0)" } ?? ""
            return try spec.scenes.select(from: found, kind: spec.sceneKind).map {
                Scene(name: $0.name, path: "\(dataset)/\($0.name)\(below)")
            }
        } catch {
            throw loaded.mistake(at: error.keys, error.message(root: dataset), hint: error.hint(found: found))
        }
    }
}
