import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// The inputs of a planned run, brought to where its jobs read them.
struct StagedInputs {
    let places: InputPlaces
    let report: StageInReport
    /// The scenes' files, with sums where these are known to be those of what lies there.
    let manifest: DatasetContent

    /// Does what the config's `stage_in` says; nil where it says nothing.
    ///
    /// - Parameter scenes: Their names.
    static func bring(
        _ loaded: LoadedConfig, scenes: [String], on site: Site, wishes: StagingIn.Wishes = StagingIn.Wishes()
    ) async throws -> StagedInputs? {
        guard let places = try await InputPlaces.find(loaded)?.resolved(on: site.host) else { return nil }
        var seen: Set<[UInt8]> = []
        let scenes = scenes.filter { !$0.isEmpty && seen.insert(Array($0.utf8)).inserted }
        let manifest = try await manifest(loaded, places, scenes)
        let report = try await StagingIn(places, cluster: loaded.cluster, host: site.host, wishes: wishes).run(
            manifest, scenes: scenes, folders: folders(loaded, manifest, scenes))
        return StagedInputs(places: places, report: report, manifest: manifest)
    }

    /// The files that must be there: the pinned version's, against which home is compared as it is read; else those at home.
    private static func manifest(
        _ loaded: LoadedConfig, _ places: InputPlaces, _ scenes: [String]
    ) async throws -> DatasetContent {
        let pinned = try PinnedDataset.find(loaded)
        let wanted = pinned?.content.only(scenes)
        if places.spec.mode == .check, !places.isHere, let wanted { return wanted }
        guard FileManager.default.fileExists(atPath: places.home) else {
            throw loaded.mistake(
                at: ["stage_in", "experiment.dataset_root"], "there is no folder '\(places.home)' at home",
                hint: "say where the scenes lie here: stage_in: {mode: \(places.spec.mode), from: FOLDER}")
        }
        let reads = places.spec.mode == .upload || places.spec.verify
        let found = try await InputManifest(folder: places.home).read(scenes, sums: reads)
        if let pinned, let wanted { try pinned.refuse(DatasetDifference(from: wanted, to: found)) }
        return found
    }

    /// Scenes that are folders without a file: these are there all the same.
    private static func folders(_ loaded: LoadedConfig, _ manifest: DatasetContent, _ scenes: [String]) -> [String] {
        guard case .folders = loaded.spec.sceneKind.form else { return [] }
        let full = Set(manifest.members.map { Array($0.utf8) })
        return scenes.filter { !full.contains(Array($0.utf8)) }
    }

    /// Throws unless jobs find what they should.
    func check(_ loaded: LoadedConfig) throws {
        guard !report.isComplete else { return }
        let lines = report.lines().map(\.visible).joined(separator: "\n  ")
        guard report.failed.isEmpty else {
            throw ExitStatus(code: 1, text: "error: not all scenes are in '\(places.there)':\n  \(lines)")
        }
        let isUpload = places.spec.mode == .upload
        throw loaded.mistake(
            at: ["stage_in"], "the scenes in '\(places.there)' are not those \(origin(loaded)):\n  \(lines)",
            hint: isUpload
                ? "nothing is replaced unasked; to put it aside: muster stage-in CONFIG --force"
                : "to send what is missing: stage_in: upload")
    }

    private func origin(_ loaded: LoadedConfig) -> String {
        loaded.spec.dataset.map { "of \($0.reference)" } ?? "in '\(places.home)'"
    }

    /// Whether the sums are those of what lies there.
    private var areSummed: Bool { places.spec.mode == .upload || places.spec.verify }

    /// Of so many uses on only scenes are recorded, and not each of their files.
    private static let mostUses = 200_000

    /// Tells of the scenes' contents as the inputs of a run's jobs; false where their sums are not known.
    func record(_ rows: [JobRow], run: String, history: History) throws -> Bool {
        guard areSummed else { return false }
        let parts = Dictionary(
            manifest.parts.map { (Array($0.member.utf8), $0.files) }, uniquingKeysWith: { first, _ in first })
        let rows = rows.filter { $0.stages == nil }
        let count = rows.reduce(0) { $0 + (parts[Array($1.scene.name.utf8)]?.count ?? 0) }
        for row in rows {
            let files = parts[Array(row.scene.name.utf8)] ?? []
            // Of a scene whose pipeline is given a part of it, the files of that part.
            let below = files.filter { "\(places.there)/\($0.path)".utf8.starts(with: "\(row.scene.path)/".utf8) }
            let only = files.filter { "\(places.there)/\($0.path)".utf8.elementsEqual(row.scene.path.utf8) }
            let uses =
                only.first.map { [AssetUse(sha256: $0.sha256, size: $0.size, path: row.scene.path)] }
                ?? RunProvenance.folder(
                    row.scene.path,
                    below.map { file in
                        let length = row.scene.path.utf8.count - places.there.utf8.count
                        let name = String(decoding: file.path.utf8.dropFirst(length), as: UTF8.self)
                        return (name, AssetUse(sha256: file.sha256, size: file.size, path: "\(row.scene.path)/\(name)"))
                    })
            let kept = count > Self.mostUses ? uses.prefix(1) : uses[...]
            try history.recordAssets(of: "\(run)/\(row.id)", .input, Array(kept), at: .now)
        }
        return true
    }
}
