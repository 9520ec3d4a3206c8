import MusterCluster
import MusterCore
import MusterProvenance

/// What is there, and what that means for each file.
extension StagingIn {
    /// What stands where.
    struct State {
        var decisions: [(file: DatasetFile, decision: InputDecision)] = []
        /// Files of the scenes that are there and not at home.
        var added: [String] = []

        func files(_ decision: InputDecision) -> [DatasetFile] {
            decisions.filter { $0.decision == decision }.map(\.file)
        }

        /// Files that must get their places.
        var away: [DatasetFile] { decisions.filter { [.link, .mend, .send].contains($0.decision) }.map(\.file) }

        /// What must travel, each content once.
        func contents(_ places: InputPlaces) -> [InputContent] {
            var seen: Set<String> = []
            let manifest = InputManifest(folder: places.home)
            return (files(.mend) + files(.send)).filter { seen.insert($0.sha256).inserted }.map {
                InputContent(sum: $0.sha256, size: $0.size, path: manifest.path(of: $0.path))
            }
        }
    }

    /// Looks at what is there, and takes the sums that are not known.
    func look(_ manifest: DatasetContent, _ scenes: [String]) async throws -> State {
        let bySize = spec.mode == .check && !spec.verify
        var found = try await InputStore.looks(in: places.there, members: scenes, on: host)
        let away = manifest.files.filter { found[Array($0.path.utf8)] == nil }
        var stored: [String: InputLook] = [:]
        if spec.mode == .upload { stored = try await store.stored(Array(Set(away.map(\.sha256)))) }
        if !spec.verify {
            for (name, look) in found { found[name]?.sum = known("\(places.there)/\(text(name))", look) }
            for (sum, look) in stored { stored[sum]?.sum = known(store.object(sum), look) }
        }
        func decide(_ file: DatasetFile) -> InputDecision {
            InputDecision.decide(file, place: found[Array(file.path.utf8)], stored: stored[file.sha256], bySize: bySize)
        }
        let inPlace = manifest.files.filter { decide($0) == .sumPlace }
        for file in try await sums(inPlace, in: places.there) {
            found[Array(file.path.utf8)]?.sum = file.sha256
            remember("\(places.there)/\(file.path)", found[Array(file.path.utf8)])
        }
        let doubtful = Set(manifest.files.filter { decide($0) == .sumStored }.map(\.sha256)).sorted()
        let objects = doubtful.map { DatasetFile(path: "objects/\($0.prefix(2))/\($0)", size: stored[$0]?.size ?? 0) }
        for (sum, file) in zip(doubtful, try await sums(objects, in: store.folder)) {
            stored[sum]?.sum = file.sha256
            remember(store.object(sum), stored[sum])
        }
        try ledger.save()
        var state = State(decisions: manifest.files.map { ($0, decide($0)) })
        let names = Set(manifest.files.map { Array($0.path.utf8) })
        state.added = found.keys.filter { !names.contains($0) }.map(text).sorted()
        return state
    }

    private func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }

    private func known(_ path: String, _ look: InputLook) -> String? {
        ledger.sum(of: String(path.dropFirst()), size: look.size, changed: look.changed)
    }

    func remember(_ path: String, _ look: InputLook?) {
        guard let look, let sum = look.sum else { return }
        ledger.remember(String(path.dropFirst()), HomeFile(size: look.size, changed: look.changed, sum: sum))
    }

    func sums(_ files: [DatasetFile], in folder: String) async throws -> [DatasetFile] {
        let place = DatasetPlace(cluster: "", host: host, machine: host.name, folder: folder, isHere: false)
        return try await DatasetLook(place: place).sums(of: files)
    }
}
