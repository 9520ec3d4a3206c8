import Foundation
import MusterCluster
import MusterCore

/// Where the scenes of a config with `stage_in` lie at home, and where jobs read them.
struct InputPlaces {
    let spec: StageInSpec
    /// The data set's folder at home, absolute.
    let home: String
    /// Its folder where jobs run; may begin with `~/` as long as nobody asked there.
    let there: String
    /// Both are one: jobs run on this machine.
    let isHere: Bool

    /// Nil where the config does not ask for it.
    static func find(_ loaded: LoadedConfig) throws -> InputPlaces? {
        guard var stageIn = loaded.spec.stageIn else { return nil }
        // What a pinned version asks for it asks for wherever its files lie.
        if loaded.spec.dataset?.verify == true { stageIn.verify = true }
        guard loaded.spec.single == nil else {
            throw loaded.mistake(
                at: ["stage_in"], "'stage_in' brings scenes of a data set, and this config names one folder",
                hint: "name the scene: experiment.dataset_root and experiment.scenes")
        }
        let root = loaded.spec.datasetRoot
        let home = Places.absolute(stageIn.from ?? root, below: loaded.folder)
        if loaded.cluster.host == nil { return InputPlaces(spec: stageIn, home: home, there: home, isHere: true) }
        let there = stageIn.to ?? root
        guard there.hasPrefix("/") || there.hasPrefix("~/") else {
            throw loaded.mistake(
                at: ["stage_in"],
                "where the scenes go on '\(loaded.cluster.name)' must be an absolute path there, not '\(there)'",
                hint: "add: stage_in: {mode: \(stageIn.mode), to: ~/muster/inputs}")
        }
        if let store = stageIn.store, !store.hasPrefix("/"), !store.hasPrefix("~/") {
            throw loaded.mistake(
                at: ["stage_in"],
                "'stage_in.store' must be an absolute path on '\(loaded.cluster.name)', not '\(store)'",
                hint: "leave it out for a folder beside the scenes")
        }
        return InputPlaces(spec: stageIn, home: home, there: trimmed(there), isHere: false)
    }

    /// Which scenes there are is seen at home, not there: what is there may not be whole. With `check` a pinned version says what must
    /// be there, and home need not have it.
    func tellsScenes(_ loaded: LoadedConfig) -> Bool { spec.mode == .upload || loaded.spec.dataset == nil }

    /// Paths there as they are without `~/`.
    func resolved(on host: any MusterCore.Host) async throws -> InputPlaces {
        guard !isHere, there.hasPrefix("~/") || spec.store?.hasPrefix("~/") == true else { return self }
        let folder = try await host.run("printf %s \"$HOME\"").text
        func path(_ text: String) -> String { text.hasPrefix("~/") ? folder + text.dropFirst() : text }
        var spec = spec
        spec.store = spec.store.map(path)
        return InputPlaces(spec: spec, home: home, there: path(there), isHere: false)
    }

    /// The store's folder there.
    var store: String { spec.store.map(Self.trimmed) ?? "\(there)/.muster" }

    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
