import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Brings the files of scenes to where jobs read them, or compares them with what is there.
struct StagingIn {
    /// What a person wants otherwise than the config.
    struct Wishes {
        /// What lies in the way is put aside.
        var force = false
        /// Nothing is changed, it is told what would be.
        var isDry = false
        /// Large amounts are not asked about.
        var consent: Consent?
    }

    let places: InputPlaces
    let host: any MusterCore.Host
    let wishes: Wishes
    private let spec: StageInSpec
    private let store: InputStore
    /// Sums of files there: what was read there once is read again when it has changed.
    private let ledger: HomeLedger
    private let lockPath: String

    /// - Parameter places: Resolved.
    init(_ places: InputPlaces, cluster: ClusterSpec, host: any MusterCore.Host, wishes: Wishes = Wishes()) {
        (self.places, self.host, self.wishes, spec) = (places, host, wishes, places.spec)
        let me = "\(ClientIdentity.host) \(ClientIdentity.user) \(Places.state)"
        store = InputStore(places.store, client: String(SHA256.hex(Array(me.utf8)).prefix(16)), on: host)
        let there = "\(cluster.host ?? "") \(cluster.port ?? 0) \(cluster.user ?? "") \(places.store)"
        let name = "\(Places.state)/stage-in/\(SHA256.hex(Array(there.utf8)).prefix(16))"
        ledger = HomeLedger(home: "", path: "\(name).jsonl")
        lockPath = "\(name).lock"
    }

    /// Does what the config asks for about `scenes`, whose files are those of `manifest`; `folders` are to be there although they
    /// hold nothing.
    ///
    /// - Throws: ``HostError`` where the cluster can't be reached, `ExitStatus` for what a person must decide.
    func run(_ manifest: DatasetContent, scenes: [String], folders: [String]) async throws -> StageInReport {
        var report = StageInReport()
        (report.scenes, report.files, report.size) = (scenes.count, manifest.files.count, manifest.bytes)
        guard !places.isHere else {
            report.unchanged = report.files
            return report
        }
        guard spec.mode == .upload, !wishes.isDry else {
            let state = try await look(manifest, scenes)
            tell(state, in: &report, isDry: spec.mode == .upload)
            return report
        }
        let lock = try await StagingLock(lockPath, for: places.there)
        defer { withExtendedLifetime(lock) {} }
        _ = try await store.settle()
        var state = try await look(manifest, scenes)
        if wishes.force {
            let away = (state.files(.differs).map(\.path) + state.added)
            try await store.putAside(away, below: places.there, into: Timestamp.now.stamp)
            report.aside = away.count
            if !away.isEmpty { state = try await look(manifest, scenes) }
        }
        guard state.files(.differs).isEmpty, state.added.isEmpty else {
            tell(state, in: &report, isDry: true)
            (report.transferred, report.bytes, report.placed) = (0, 0, 0)
            return report
        }
        report.unchanged = state.files(.unchanged).count
        try await store.remove(Array(Set(state.files(.mend).map(\.sha256))))
        let failures = try await send(state.contents(places), &report)
        try await place(state.away.filter { failures[$0.sha256] == nil }, folders, &report)
        for file in state.away {
            if let reason = failures[file.sha256] { report.failed.append(.init(path: file.path, reason: reason)) }
        }
        if report.isComplete { try await store.clear() }
        return report
    }

    // MARK: Looking

    /// What stands where.
    private struct State {
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
    private func look(_ manifest: DatasetContent, _ scenes: [String]) async throws -> State {
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

    private func remember(_ path: String, _ look: InputLook?) {
        guard let look, let sum = look.sum else { return }
        ledger.remember(String(path.dropFirst()), HomeFile(size: look.size, changed: look.changed, sum: sum))
    }

    private func sums(_ files: [DatasetFile], in folder: String) async throws -> [DatasetFile] {
        let place = DatasetPlace(cluster: "", host: host, machine: host.name, folder: folder, isHere: false)
        return try await DatasetLook(place: place).sums(of: files)
    }

    /// Tells what is not as it should be; with `isDry` what would travel is told as if it had.
    private func tell(_ state: State, in report: inout StageInReport, isDry: Bool) {
        report.unchanged = state.files(.unchanged).count
        report.differing = state.files(.differs).map(\.path)
        report.added = state.added
        guard isDry else {
            report.missing = state.away.map(\.path)
            return
        }
        let contents = state.contents(places)
        (report.transferred, report.bytes) = (contents.count, contents.reduce(0) { $0 + $1.size })
        report.placed = state.away.count
    }

    // MARK: Acting

    /// Sends contents; why some did not get there, by their sums.
    private func send(_ contents: [InputContent], _ report: inout StageInReport) async throws -> [String: String] {
        guard !contents.isEmpty else { return [:] }
        let bytes = contents.reduce(0) { $0 + $1.size }
        let space = try await FolderSpace.look(at: [places.store], on: host).first
        if let free = space?.free, bytes > free {
            throw ExitStatus(
                code: 1,
                text:
                    "error: \(ByteCount(bytes)) would go to '\(places.store)' on \(host.name), where \(ByteCount(free)) are free\n"
                    + "  make room, or choose another folder: stage_in: {to: FOLDER}")
        }
        if bytes > spec.terms.askAbove.bytes {
            let what = "\(contents.count) files with \(ByteCount(bytes))"
            guard let consent = wishes.consent else {
                throw ExitStatus(
                    code: 1,
                    text:
                        "error: \(what) do not go to \(host.name) unasked\n  to send them: muster stage-in CONFIG --yes"
                )
            }
            try consent.ask(what, become: "go to '\(places.there)' on \(host.name)")
        }
        let progress = CollectProgress("sent", files: contents.count, bytes: bytes)
        defer { progress.end() }
        let sender = InputSender(store, terms: spec.terms, progress: progress)
        defer { report.bytes = sender.bytes }
        try await sender.send(contents)
        report.transferred = contents.count - sender.failures.count
        return sender.failures
    }

    /// Gives files their places, and makes sure that they have them.
    private func place(_ files: [DatasetFile], _ folders: [String], _ report: inout StageInReport) async throws {
        let (mine, said) = try await store.place(
            files.map { ($0.path, $0.sha256) }, folders: folders, below: places.there)
        guard !files.isEmpty else { return }
        let looks = try await InputStore.looks(
            in: places.there, members: DatasetContent(files).members, on: host)
        let stored = try await store.stored(Array(Set(files.map(\.sha256))))
        for (sum, var look) in stored {
            look.sum = sum
            remember(store.object(sum), look)
        }
        var others: [DatasetFile] = []
        for file in files {
            let name = Array(file.path.utf8)
            if var look = looks[name], look.size == file.size, mine.contains(name) {
                look.sum = file.sha256
                remember("\(places.there)/\(file.path)", look)
                report.placed += 1
            } else {
                others.append(file)
            }
        }
        try ledger.save()
        // Somebody else was quicker: what counts is what lies there.
        let there = others.filter { looks[Array($0.path.utf8)]?.size == $0.size }
        let sums = try await sums(there, in: places.there)
        let right = Set(zip(there, sums).filter { $0.sha256 == $1.sha256 }.map { Array($0.0.path.utf8) })
        report.unchanged += right.count
        for file in others where !right.contains(Array(file.path.utf8)) {
            report.failed.append(
                .init(
                    path: file.path,
                    reason: looks[Array(file.path.utf8)] == nil
                        ? "it could not be put into its place: \(said)" : "something else was put into its place"))
        }
    }
}
