import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Removes a run's files on the cluster once they are verified at home.
struct Cleaning {
    private let collecting: Collecting
    private var record: RunRecord { collecting.record }

    init(_ collecting: Collecting) { self.collecting = collecting }

    /// What may go, and what stays.
    struct Findings {
        /// Folders that may go, absolute.
        var folders: [String] = []
        /// Jobs of which files are not at home as they are there: id and how many.
        var missing: [(job: String, files: Int)] = []
        /// Jobs whose folder is gone already.
        var gone = 0
        /// The run's own folder may go too.
        var isWhole = false
    }

    /// Compares what lies there with what lies here; files at home are read unless their sums are known. With `everything`
    /// also goes what is not at home.
    func look(everything: Bool) async throws -> Findings {
        var findings = Findings()
        let all = try record.history.jobs(of: record.summary.run)
        let jobs = try CollectJob.all(
            all, run: record.summary, spec: collecting.spec, home: collecting.home, partial: false)
        let answers = try await ResultLists.read(jobs.map(\.there), on: record.site.host)
        for (job, answer) in zip(jobs, answers) {
            switch answer {
            case .gone: findings.gone += 1
            case .unreadable: findings.missing.append((job.record.id, 1))
            case .files(let files):
                let missing = files.count { !collecting.isHome($0, of: job) }
                // A cached result is an earlier run's.
                guard !job.record.isCached else { continue }
                if missing == 0 || everything { findings.folders.append(job.there) }
                if missing > 0 { findings.missing.append((job.record.id, missing)) }
            }
        }
        // What attempts left that were not published is no result: it goes with the result, or when everything does.
        let removed = Set(findings.folders)
        for job in all where everything || removed.contains(job.output) {
            findings.folders += job.attempts.compactMap(\.folder).filter { $0 != job.output }
        }
        findings.isWhole = everything || findings.missing.isEmpty
        try collecting.saveLedger()
        return findings
    }

    /// Removes; the bytes that this freed.
    func remove(_ findings: Findings) async throws -> Int64 {
        var folders = findings.folders
        let root = record.summary.outputRoot ?? ""
        // Nothing is removed that does not lie below the results' folder.
        folders.removeAll { !$0.hasPrefix(root + "/") || $0.contains("/../") || $0.hasSuffix("/..") }
        if findings.isWhole {
            try await RunFiles(record, home: collecting.home).bringLogs()
            folders.append(record.paths.folder)
        }
        guard !folders.isEmpty else { return 0 }
        let result = try await record.site.host.run(
            "xargs -0 sh -c 'for d; do [ ! -d \"$d\" ] || { du -sk -- \"$d\" | cut -f 1; rm -rf -- \"$d\" || echo failed; }; done' sh",
            input: Array(folders.joined(separator: "\0").utf8) + [0], timeout: 86_400)
        let lines = result.text.split(separator: "\n")
        guard result.status == 0, !lines.contains("failed") else {
            throw HostError(.file, "not all could be removed on \(record.site.host.name): \(result.errorText)")
        }
        return lines.reduce(0) { $0 + (Int64($1) ?? 0) * 1024 }
    }
}
