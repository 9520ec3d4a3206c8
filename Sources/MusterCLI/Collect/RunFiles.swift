import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Plan, config and scripts of a run, kept at home in `.muster/runs/RUN`, so that they outlive the cluster's scratch.
struct RunFiles {
    private let record: RunRecord
    private let folder: String

    init(_ record: RunRecord, home: String) {
        self.record = record
        folder = "\(home)/.muster/runs/\(record.summary.run)"
    }

    /// Brings what is missing or has grown: never keys, claims or logs.
    func bring() async throws {
        let paths = record.paths
        let listing = try await record.site.host.run(
            "cd -- \(ShellWord.quote(paths.folder)) 2>/dev/null && stat -c '%s %n' -- plan.json jobs.jsonl blocks.jsonl classes.jsonl config.yaml experiment.json registration.json job*.sh 2>/dev/null; exit 0"
        )
        let wanted = listing.text.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, let size = Int64(parts[0]) else { return nil }
            let known = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(parts[1])")
            return (known?[.size] as? NSNumber)?.int64Value == size ? nil : parts[1]
        }
        guard !wanted.isEmpty else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await record.site.host.download(wanted, from: paths.folder, to: folder)
    }

    /// Brings logs and outboxes of all lanes too, before they are removed there.
    func bringLogs() async throws {
        try await bring()
        let listing = try await record.site.host.run(
            "cd -- \(ShellWord.quote(record.paths.folder)) 2>/dev/null && ls -d -- lanes/*/log lanes/*/log.index.jsonl lanes/*/outbox.jsonl submissions slurm-*.out 2>/dev/null; exit 0"
        )
        let wanted = listing.text.split(separator: "\n").map(String.init)
        if !wanted.isEmpty { try await record.site.host.download(wanted, from: record.paths.folder, to: folder) }
    }
}
