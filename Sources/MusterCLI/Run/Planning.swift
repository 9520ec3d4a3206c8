import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// A config turned into a plan on its site.
struct Planned {
    var loaded: LoadedConfig
    var site: Site
    var plan: Plan
    /// Where its allocations go.
    var destination: Destination
    /// The partition for each size of the plan; nil leaves it to Slurm.
    var partitions: [String?]

    /// The most elements that the scheduler takes at once; nil where that is not known.
    var submitLimit: Int? { destination.submitLimit }

    /// Finds the scenes and plans; `folder` is the run's folder there, which a relative output on a remote cluster lies in.
    /// With `offline` no other machine is asked.
    static func make(
        _ loaded: LoadedConfig, offline: Bool = false, runFolder: (Site) -> String
    ) async throws -> Planned {
        let site = offline ? Site.unopened(loaded.cluster) : try await Site.open(loaded.cluster)
        if site.workdir.isEmpty { throw await Workdir.missing(loaded.cluster, on: nil) }
        let scenes = try await scenes(loaded, site, offline: offline)
        try checkNodes(loaded)
        let destination = try await Destination.choose(for: loaded, on: site, offline: offline)
        for note in destination.notes { Terminal.complain(note) }
        var loaded = loaded
        let looks = !offline || loaded.cluster.host == nil
        let unseen = looks ? try await recognisePrograms(&loaded, on: site) : []
        var planned = try plan(loaded, site, scenes, destination, runFolder: runFolder)
        planned.partitions = try destination.partitions(of: planned.plan, loaded)
        if !unseen.isEmpty {
            let names = unseen.map { "'\($0)'" }.joined(separator: ", ")
            Terminal.complain(
                "note: a change of the program of \(unseen.count == 1 ? "the stage" : "the stages") \(names) would go unseen, and results of before would count as done\n  name its files: fingerprint: [FILE, ...]"
            )
        }
        return planned
    }

    /// Puts into the stages by what their programs are recognised there; the stages where nothing would show a change.
    private static func recognisePrograms(_ loaded: inout LoadedConfig, on site: Site) async throws -> [String] {
        let stages = loaded.spec.pipeline.stages.map { $0.on(loaded.cluster.name) }
        let found = try await ProgramFingerprints.evaluate(stages, on: site.host)
        if let (stage, reason) = found.mistakes.first {
            throw loaded.mistake(
                at: ["stage.\(stage)"], "the fingerprint of the stage '\(stage)': \(reason) on \(site.host.name)",
                hint: "paths are relative to the stage's 'cwd'; patterns are the shell's")
        }
        for index in loaded.spec.pipeline.stages.indices {
            loaded.spec.pipeline.stages[index].program = found.digests[loaded.spec.pipeline.stages[index].name]
        }
        return found.unseen
    }

    /// Plans from what was found; partitions are not chosen yet.
    static func plan(
        _ loaded: LoadedConfig, _ site: Site, _ scenes: [Scene], _ destination: Destination,
        runFolder: (Site) -> String
    ) throws -> Planned {
        let spec = loaded.spec
        let output: String
        if spec.outputRoot.hasPrefix("/") {
            output = spec.outputRoot
        } else if loaded.cluster.backend == .local {
            output = Places.absolute(spec.outputRoot, below: loaded.folder)
        } else {
            output = "\(runFolder(site))/\(spec.outputRoot)"
        }
        var input = PlanInput(
            sweep: spec.name, cluster: loaded.cluster.name, scenes: scenes, points: spec.points,
            stages: spec.pipeline.stages.map { $0.on(loaded.cluster.name) }, outputRoot: output,
            resources: spec.resources, packing: spec.packing, capacity: destination.capacity,
            nodes: loaded.cluster.nodes, layout: spec.layout, localSlots: spec.localSlots)
        input.sizes = spec.sizes
        input.logLimit = spec.logLimit?.bytes
        input.checksumLimit = spec.checksumLimit?.bytes ?? .max
        input.rules = spec.rules
        input.records = spec.pipeline.records
        input.measures = spec.measures
        input.mostClasses = spec.mostClasses
        input.jobNodes = spec.placement.nodes
        input.retry = spec.retry
        input.halt = spec.halt
        input.canaries = spec.canaries
        input.exclude = spec.placement.exclude
        input.expectedTime = try expectedTime(loaded)
        let plan = Planner.plan(input)
        return Planned(
            loaded: loaded, site: site, plan: plan, destination: destination, partitions: plan.sizes.map { _ in nil })
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
    static func checkNodes(_ loaded: LoadedConfig) throws {
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

    /// The scenes that the config selects, with their paths there; of a pinned data set they must be members.
    static func scenes(_ loaded: LoadedConfig, _ site: Site, offline: Bool = false) async throws -> [Scene] {
        let scenes = try await selected(loaded, site, offline: offline)
        try PinnedDataset.find(loaded)?.check(scenes)
        return scenes
    }

    private static func selected(_ loaded: LoadedConfig, _ site: Site, offline: Bool) async throws -> [Scene] {
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
        let inputs = try InputPlaces.find(loaded)
        let dataset: String
        if let inputs {
            dataset = offline ? inputs.there : try await inputs.resolved(on: site.host).there
        } else {
            dataset = try there(spec.datasetRoot, "dataset_root")
        }
        let below = spec.sceneKind.path.map { "/\($0)" } ?? ""
        func scene(_ found: FoundScene) -> Scene { Scene(name: found.name, path: "\(dataset)/\(found.name)\(below)") }
        let atHome = inputs.flatMap { $0.tellsScenes(loaded) ? $0.home : nil }
        if offline, loaded.cluster.host != nil, atHome == nil { return try loaded.listedScenes().map(scene) }
        let found: [FoundScene]
        do throws(HostError) {
            if let atHome {
                found = try await SceneDiscovery.scenes(at: atHome, kind: spec.sceneKind, on: LocalHost())
            } else {
                found = try await SceneDiscovery.scenes(at: dataset, kind: spec.sceneKind, on: site.host)
            }
        } catch {
            guard error.kind == .file else { throw error }
            if let atHome {
                throw loaded.mistake(
                    at: ["stage_in", "experiment.dataset_root"], "there is no folder '\(atHome)' at home",
                    hint: "say where the scenes lie here: stage_in: {mode: upload, from: FOLDER}")
            }
            throw loaded.mistake(at: ["experiment.dataset_root"], error.message, hint: error.hint ?? "")
        }
        do throws(SceneSelectionError) {
            return try spec.scenes.select(from: found, kind: spec.sceneKind).map(scene)
        } catch {
            throw loaded.mistake(at: error.keys, error.message(root: atHome ?? dataset), hint: error.hint(found: found))
        }
    }
}
