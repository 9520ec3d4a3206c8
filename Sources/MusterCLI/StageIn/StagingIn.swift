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
    let spec: StageInSpec
    let store: InputStore
    /// Sums of files there: what was read there once is read again when it has changed.
    let ledger: HomeLedger
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
}
