import Digest
import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Brings contents of another store home: only what home lacks travels, large ones part by part, and a content counts here when its
/// checksum was taken here.
struct StorePull {
    let home: ContentStore
    let place: StorePlace
    var terms = TransferTerms()
    /// Large amounts are not asked about.
    var consent: Consent?

    /// Brings them, all that there are without a list.
    ///
    /// - Parameter replaces: What is here is not what its name says, and what comes takes its place.
    /// - Throws: ``HostError`` where the place can't be reached, `ExitStatus` for what a person must decide.
    func run(_ sums: [String]?, replaces: Bool = false) async throws -> StoreReport {
        let store = place.store
        let lock = try await place.lock("brings contents from")
        defer { withExtendedLifetime(lock) {} }
        let incoming =
            "\(home.folder)/incoming/\(SHA256.hex(Array("\(place.host.name) \(place.folder)".utf8)).prefix(16))"
        try settle(incoming, replaces: replaces)
        let there = try await looks(sums, in: store)
        var report = StoreReport()
        report.contents = sums?.count ?? there.count
        var errands: [Errand] = []
        for sum in (sums ?? there.keys.sorted()) {
            guard let look = there[sum], look.size >= 0 else {
                let isHome = home.size(sum) != nil && !replaces
                isHome ? (report.unchanged += 1) : report.failed.append(.init(sha256: sum, reason: "it is not there"))
                continue
            }
            report.size += look.size
            if !replaces, home.size(sum) == look.size {
                report.unchanged += 1
                continue
            }
            let file = ResultFile(
                path: "\(sum.prefix(2))/\(sum)", size: look.size, changed: look.changed, sum: sum)
            errands.append(Errand(job: "", file: file, there: store.object(sum), name: sum, replaces: true))
        }
        guard !errands.isEmpty else { return report }
        try check(errands)
        try FileManager.default.createDirectory(
            atPath: incoming, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let progress = CollectProgress("brought", files: errands.count, bytes: errands.reduce(0) { $0 + $1.file.size })
        defer { progress.end() }
        let fetched = try await Fetcher(
            host: place.host, root: "\(store.folder)/objects", terms: terms, ledger: HomeLedger(home: incoming),
            progress: progress, original: "what its name says"
        ).fetch(errands)
        report.bytes = fetched.bytes
        let failed = Set(fetched.failed.map(\.path))
        for errand in errands where !failed.contains(errand.file.path) {
            // What is here but of another size is no content.
            let isWrong = home.size(errand.name).map { $0 != errand.file.size } ?? false
            try home.adopt("\(incoming)/\(errand.name)", as: errand.name, replaces: replaces || isWrong)
            report.transferred += 1
            if replaces || isWrong { report.mended += 1 }
        }
        report.failed += fetched.failed.map { .init(sha256: String($0.path.suffix(64)), reason: $0.reason) }
        if fetched.failed.isEmpty { try? FileManager.default.removeItem(atPath: incoming) }
        return report
    }

    /// Gives contents that came whole before an earlier try ended their names.
    private func settle(_ incoming: String, replaces: Bool) throws {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: incoming)) ?? []
        where ContentName.isWhole(name) {
            let path = "\(incoming)/\(name)"
            if FileDigest(path: path)?.sha256 == name {
                try home.adopt(path, as: name, replaces: replaces)
            } else {
                unlink(path)
            }
        }
    }

    private func looks(_ sums: [String]?, in store: InputStore) async throws -> [String: InputLook] {
        if let sums { return try await store.stored(sums) }
        var found: [String: InputLook] = [:]
        for (path, look) in try await store.all() {
            if let sum = ContentName.inStore(path) { found[sum] = look }
        }
        guard !found.isEmpty else {
            throw ExitStatus(
                code: 1, text: "error: there are no contents in '\(place.spelled)': it holds no 'objects' of a store")
        }
        return found
    }

    private func check(_ errands: [Errand]) throws {
        let bytes = errands.reduce(0) { $0 + $1.file.size }
        try FileManager.default.createDirectory(
            atPath: home.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var status = statvfs()
        if statvfs(home.folder, &status) == 0 {
            let free = Int64(status.f_bavail) * Int64(status.f_frsize)
            guard bytes <= free else {
                throw ExitStatus(
                    code: 1,
                    text:
                        "error: \(ByteCount(bytes)) would come to '\(home.folder)', where \(ByteCount(free)) are free\n"
                        + "  make room, or name fewer contents")
            }
        }
        try consent?.agree(
            to: terms, what: "\(errands.count) contents with \(ByteCount(bytes))", bytes: bytes,
            become: "come to '\(home.folder)'")
    }
}
