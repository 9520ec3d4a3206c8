import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Sends contents of the store at home to another one: only what that lacks travels, large ones part by part, and a content counts
/// there when its checksum was taken there.
struct StorePush {
    let home: ContentStore
    let place: StorePlace
    var terms = TransferTerms()
    /// What is there is read again, and not only looked at.
    var verify = false
    /// Large amounts are not asked about.
    var consent: Consent?

    /// Sends them; what home does not have stands among the failures.
    ///
    /// - Throws: ``HostError`` where the place can't be reached, `ExitStatus` for what a person must decide.
    func run(_ sums: [String]) async throws -> StoreReport {
        var report = StoreReport()
        report.contents = sums.count
        var here: [InputContent] = []
        for sum in sums {
            guard let size = home.size(sum) else {
                report.failed.append(.init(sha256: sum, reason: "the store here does not have it"))
                continue
            }
            report.size += size
            here.append(InputContent(sum: sum, size: size, path: home.object(sum)))
        }
        let store = place.store
        let lock = try await place.lock("sends contents to")
        defer { withExtendedLifetime(lock) {} }
        // What an earlier try brought there has come.
        _ = try await store.settle()
        let there = try await store.stored(here.map(\.sum))
        var wrong = here.filter { content in there[content.sum].map { $0.size != content.size } ?? false }.map(\.sum)
        let known = here.filter { there[$0.sum]?.size == $0.size }.map(\.sum)
        if verify {
            let read = try await store.sums(known)
            wrong += known.filter { read[$0] != $0 }
        }
        // What is wrong there is only taken away where home has it right.
        let damaged = wrong.filter { home.damage($0) == nil }
        try await store.remove(damaged)
        let left = Set(damaged)
        let missing = here.filter { there[$0.sum] == nil || left.contains($0.sum) }
        report.unchanged = known.count - known.filter { left.contains($0) }.count
        for sum in wrong where !left.contains(sum) {
            report.failed.append(.init(sha256: sum, reason: "it is damaged here and there"))
        }
        guard !missing.isEmpty else { return report }
        try await check(missing)
        let progress = CollectProgress("sent", files: missing.count, bytes: missing.reduce(0) { $0 + $1.size })
        defer { progress.end() }
        let sender = InputSender(store, terms: terms, progress: progress)
        try await sender.send(missing)
        report.bytes = sender.bytes
        report.transferred = missing.count - sender.failures.count
        report.mended = damaged.filter { sender.failures[$0] == nil }.count
        for (sum, reason) in sender.failures.sorted(by: { $0.key < $1.key }) {
            let isOurs = reason == InputSender.changed
            report.failed.append(
                .init(sha256: sum, reason: isOurs ? "it is damaged here: muster store verify --mend PLACE" : reason))
        }
        if sender.failures.isEmpty { try await store.clear() }
        return report
    }

    /// Throws where there is no room, or a person did not agree.
    private func check(_ contents: [InputContent]) async throws {
        let bytes = contents.reduce(0) { $0 + $1.size }
        let space = try await FolderSpace.look(at: [place.folder], on: place.host).first
        if let free = space?.free, bytes > free {
            throw ExitStatus(
                code: 1,
                text: "error: \(ByteCount(bytes)) would go to '\(place.spelled)', where \(ByteCount(free)) are free\n"
                    + "  make room, or name fewer contents")
        }
        try consent?.agree(
            to: terms, what: "\(contents.count) contents with \(ByteCount(bytes))", bytes: bytes,
            become: "go to '\(place.spelled)'")
    }
}

extension Consent {
    /// Asks where so many bytes are more than travel unasked.
    func agree(to terms: TransferTerms, what: String, bytes: Int64, become: String) throws {
        if bytes > terms.askAbove.bytes { try ask(what, become: become) }
    }
}
