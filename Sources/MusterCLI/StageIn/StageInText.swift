import MusterCluster
import MusterCore
import MusterProvenance

extension StageInReport {
    /// What a person is told.
    func words(_ places: InputPlaces, isDry: Bool) -> String {
        let all = "\(scenes) scenes, \(files) files (\(ByteCount(size)))"
        if places.isHere { return "\(all) in \(places.home): jobs run on this machine, nothing travels" }
        if places.spec.mode == .check { return "\(all) compared with \(places.there): \(unchanged) are there" }
        let moved = isDry ? "would travel" : "travelled"
        var line =
            "\(all) for \(places.there): \(unchanged) were there, \(transferred) contents \(moved) (\(ByteCount(bytes)))"
        if placed > transferred {
            line += ", \(placed - transferred) files \(isDry ? "would come" : "came") from the store alone"
        }
        if aside > 0 {
            line += "\n\(aside) files that lay in the way were put into \(places.store)/replaced"
            line +=
                "\nresults that were made from these still count; to have some made anew: muster products invalidate"
        }
        return line
    }
}

extension StagedInputs {
    /// What a submission would do about inputs, by names and sizes alone; nil where the config does not ask for it.
    static func foresee(_ loaded: LoadedConfig, scenes: [String], on site: Site) async throws -> Obstacle? {
        guard let found = try InputPlaces.find(loaded) else { return nil }
        let places = try await found.resolved(on: site.host)
        guard !places.isHere else { return .ok("inputs", "'\(places.there)' is on this machine, nothing travels") }
        var look = places.spec
        (look.mode, look.verify) = (.check, false)
        let manifest: DatasetContent
        if places.spec.mode == .check, let pinned = try PinnedDataset.find(loaded) {
            manifest = pinned.content.only(scenes)
        } else {
            manifest = try await InputManifest(folder: places.home).read(scenes, sums: false)
        }
        let looking = InputPlaces(spec: look, home: places.home, there: places.there, isHere: false)
        let report = try await StagingIn(looking, cluster: loaded.cluster, host: site.host).run(
            manifest, scenes: scenes, folders: [])
        let missing = Set(report.missing.map { Array($0.utf8) })
        let bytes = manifest.files.reduce(0) { missing.contains(Array($1.path.utf8)) ? $0 + $1.size : $0 }
        let isUpload = places.spec.mode == .upload
        if !report.differing.isEmpty || !report.added.isEmpty || !isUpload && !report.missing.isEmpty {
            return .wrong(
                "inputs",
                "not the scenes that should be in \(places.there): \(report.lines(limit: 3).joined(separator: "; "))",
                isUpload
                    ? "muster stage-in CONFIG --force puts aside what lies in the way" : "stage_in: upload sends them")
        }
        guard isUpload, !missing.isEmpty else {
            return .ok("inputs", "\(report.files) files are in \(places.there)")
        }
        let space = try await FolderSpace.look(at: [places.store], on: site.host).first
        let words =
            "\(missing.count) of \(report.files) files, at most \(ByteCount(bytes)), would travel to \(places.there)"
        guard let free = space?.free, free < bytes else { return .ok("inputs", words) }
        return .wrong("inputs", "\(words), where \(ByteCount(free)) are free", "make room, or stage_in: {to: FOLDER}")
    }
}
