import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// Brings results of a run home: decides file by file, fetches what is missing, and writes down what is there.
struct Collecting {
    /// What a person wants otherwise than usual.
    struct Wishes {
        /// Files that differ at home are replaced.
        var force = false
        /// What the last attempts of failed jobs left comes too.
        var partial = false
        /// Large amounts are not asked about.
        var consent: Consent?
    }

    let record: RunRecord
    let spec: CollectSpec
    let wishes: Wishes
    let home: String
    private let root: String
    let ledger: HomeLedger

    /// Nil where the run has no place at home or there.
    init?(_ record: RunRecord, spec: CollectSpec? = nil, wishes: Wishes = Wishes()) {
        guard let home = record.summary.home, let root = record.summary.outputRoot else { return nil }
        (self.record, self.wishes, self.home, self.root) = (record, wishes, home, root)
        self.spec = spec ?? record.collect
        ledger = HomeLedger(home: home)
    }

    /// Results lie at home already.
    var isHere: Bool { record.site.cluster.host == nil && root == home }

    /// Collects `jobs` and renews the tables of all jobs of the run.
    ///
    /// - Throws: ``HostError`` where the cluster can't be reached, `ExitStatus` for what a person must decide.
    func collect(_ jobs: [JobRecord]) async throws -> CollectReport {
        try await collectLogs(of: jobs)
        let chosen = try CollectJob.all(
            jobs, run: record.summary, spec: spec, home: home, partial: wishes.partial)
        var report = CollectReport()
        if !isHere {
            let lock = try HomeLock(home: home)
            defer { withExtendedLifetime(lock) {} }
            let (errands, decided) = try await decide(chosen)
            report = decided
            let brought = try await fetch(errands)
            report.transferred += brought.transferred
            report.bytes += brought.bytes
            report.failed += brought.failed
            try await RunFiles(record, home: home).bring()
        }
        try await keep(chosen, &report)
        try describe(chosen)
        return report
    }

    /// What of the results comes, and what came of the rest.
    private func decide(_ jobs: [CollectJob]) async throws -> ([Errand], CollectReport) {
        var report = CollectReport()
        var errands: [Errand] = []
        let assets = try record.history.assetPaths(of: record.summary.run)
        let answers = try await ResultLists.read(jobs.map(\.there), on: record.site.host)
        for (job, answer) in zip(jobs, answers) {
            switch answer {
            case .gone:
                report.gone += 1
                report.failed.append(
                    .init(job: job.record.id, path: "", reason: "'\(job.there)' is not there any more"))
            case .unreadable(let words): report.failed.append(.init(job: job.record.id, path: "", reason: words))
            case .files(let files):
                let filter = ResultFilter(
                    spec, summaries: record.summaries, stages: record.plan?.stages ?? [],
                    assets: assets[job.record.index] ?? [])
                for file in files where filter.wants(file.path) { decide(file, of: job, &errands, &report) }
            }
        }
        try ledger.save()
        return (errands, report)
    }

    private func decide(
        _ file: ResultFile, of job: CollectJob, _ errands: inout [Errand], _ report: inout CollectReport
    ) {
        let name = "\(job.here.dropFirst(home.count + 1))/\(file.path)"
        var here = ledger.look(at: name)
        var decision = HomeFile.decide(file, here: here, force: wishes.force)
        if decision == .look {
            here?.sum = ledger.sum(of: name) ?? ""
            decision = HomeFile.decide(file, here: here, force: wishes.force)
        }
        switch decision {
        case .unchanged: report.unchanged += 1
        case .fetch:
            errands.append(
                Errand(
                    job: job.record.id, file: file, there: "\(job.there)/\(file.path)", name: name,
                    replaces: here != nil))
        case .differs, .look:
            report.kept.append(.init(job: job.record.id, path: file.path, reason: "'\(home)/\(name)' differs"))
        }
    }

    /// Whether a file lies at home as it was made; its content is read where its sum is not known.
    func isHome(_ file: ResultFile, of job: CollectJob) -> Bool {
        let name = "\(job.here.dropFirst(home.count + 1))/\(file.path)"
        guard var here = ledger.look(at: name) else { return false }
        if HomeFile.decide(file, here: here, force: false) == .look { here.sum = ledger.sum(of: name) ?? "" }
        return HomeFile.decide(file, here: here, force: false) == .unchanged
    }

    /// Keeps the sums that were taken.
    func saveLedger() throws { try ledger.save() }

    private func fetch(_ errands: [Errand]) async throws -> CollectReport {
        guard !errands.isEmpty else { return CollectReport() }
        let bytes = errands.reduce(0) { $0 + $1.file.size }
        try checkSpace(bytes)
        if bytes > spec.terms.askAbove.bytes {
            let what = "\(errands.count) files with \(ByteCount(bytes))"
            guard let consent = wishes.consent else {
                throw ExitStatus(
                    code: 1,
                    text:
                        "error: \(what) did not come home unasked\n  to bring them: muster collect \(record.summary.run)"
                )
            }
            try consent.ask(what, become: "come to '\(home)'")
        }
        let progress = CollectProgress(files: errands.count, bytes: bytes)
        defer { progress.end() }
        defer { remember(errands) }
        return try await Fetcher(
            host: record.site.host, root: root, terms: spec.terms, ledger: ledger, progress: progress
        ).fetch(errands)
    }

    /// Has the history know what came by its content, so that it is found whatever becomes of its name.
    private func remember(_ errands: [Errand]) {
        let cached = Set((try? record.history.jobs(of: record.summary.run))?.filter(\.isCached).map(\.id) ?? [])
        for (job, errands) in Dictionary(grouping: errands, by: \.job) where !cached.contains(job) {
            let uses = errands.compactMap { errand in
                ledger.look(at: errand.name)?.sum.map {
                    AssetUse(sha256: $0, size: errand.file.size, path: errand.there)
                }
            }
            do {
                try record.history.recordAssets(of: "\(record.summary.run)/\(job)", .output, uses, at: .now)
            } catch {
                Terminal.complain("warning: the history does not know what came home: \(error)")
            }
        }
    }

    /// Throws where the disk at home can't take so much.
    private func checkSpace(_ bytes: Int64) throws {
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        var status = statvfs()
        guard statvfs(home, &status) == 0 else { return }
        let free = Int64(status.f_bavail) * Int64(status.f_frsize)
        guard bytes > free else { return }
        throw ExitStatus(
            code: 1,
            text: "error: \(ByteCount(bytes)) would come to '\(home)', where \(ByteCount(free)) are free\n"
                + "  make room, or choose: muster collect \(record.summary.run) JOB..., or fewer files under 'collect'")
    }

    /// Brings the logs of failures home, unless the config names patterns of its own.
    private func collectLogs(of jobs: [JobRecord]) async throws {
        if case .globs = spec.files { return }
        let folder = "\(home)/logs"
        let failed = jobs.filter { job in
            guard let outcome = job.standing.outcome else { return false }
            return ![.succeeded, .cancelled].contains(outcome)
        }
        // What an earlier run left of jobs that are well now would mislead.
        for job in jobs where job.standing == .ended(.succeeded) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(job.id)")
        }
        guard !failed.isEmpty else { return }
        let count = try await JobLogs(record).write(failed.map { ($0.index, $0.id) }, to: folder)
        if count > 0 { Terminal.complain("logs of failures: \(folder)") }
    }
}
