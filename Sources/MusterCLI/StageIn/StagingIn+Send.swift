import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// What is missing goes there.
extension StagingIn {
    /// Sends contents; why some did not get there, by their sums.
    func send(_ contents: [InputContent], _ report: inout StageInReport) async throws -> [String: String] {
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
        if let most = space?.files, contents.count > most {
            throw ExitStatus(
                code: 1,
                text:
                    "error: \(contents.count) files would go to '\(places.store)' on \(host.name), where \(most) more can be made\n"
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
    func place(_ files: [DatasetFile], _ folders: [String], _ report: inout StageInReport) async throws {
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
