import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Brings results home.
enum Collecting {
    /// A file below the output root on the cluster.
    private struct Entry {
        var path: String
        var size: Int64
    }

    /// Fetches what the config asked for and is missing here, or has another size. Files that differ are kept without
    /// `force`, and named.
    static func collect(_ record: RunRecord, force: Bool) async throws {
        guard let home = record.summary.home, let root = record.summary.outputRoot else { return }
        let jobs = try record.history.jobs(of: record.summary.run)
        try await collectLogs(of: jobs, record, to: "\(home)/logs")
        guard record.site.cluster.host != nil || root != home else { return }
        let wanted = try await list(root, jobs: jobs, on: record.site.host).filter { isWanted($0.path, record) }
        var missing: [String] = []
        var differing: [String] = []
        for entry in wanted {
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(home)/\(entry.path)")
            switch (attributes?[.size] as? NSNumber)?.int64Value {
            case entry.size: continue
            case nil: missing.append(entry.path)
            default: if force { missing.append(entry.path) } else { differing.append(entry.path) }
            }
        }
        if !missing.isEmpty {
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await record.site.host.download(missing, from: root, to: home)
        }
        Terminal.complain(
            "collected \(missing.count) files into \(home), \(wanted.count - missing.count - differing.count) were there"
        )
        if !differing.isEmpty {
            throw ExitStatus(
                code: 1,
                text:
                    "error: \(differing.count) files at home differ and were kept, such as \(differing[0])\n  to replace them: muster collect \(record.summary.run) --force"
            )
        }
    }

    /// Brings the logs of failures home, unless the config names patterns of its own.
    private static func collectLogs(of jobs: [JobRecord], _ record: RunRecord, to folder: String) async throws {
        if case .globs = record.collect { return }
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

    /// Files of published jobs, as paths below the root.
    private static func list(_ root: String, jobs: [JobRecord], on host: some MusterCore.Host) async throws -> [Entry] {
        let folders = jobs.filter { [.succeeded, .partial].contains($0.standing.outcome) }.map(\.output).filter {
            $0.hasPrefix("\(root)/")
        }
        .map { String($0.dropFirst(root.count + 1)) }
        guard !folders.isEmpty else { return [] }
        let input = Array(folders.joined(separator: "\0").utf8) + [0]
        let result = try await host.run(
            "cd -- \(ShellWord.quote(root)) && xargs -0 sh -c 'for d; do find \"./$d\" -type f -printf \"%s %p\\0\"; done' sh",
            input: input, timeout: 300)
        guard result.status == 0 else {
            throw HostError(.file, "cannot list '\(root)' on \(host.name): \(result.errorText)")
        }
        return result.output.split(separator: 0).compactMap { part in
            let text = String(decoding: part, as: UTF8.self)
            guard let blank = text.firstIndex(of: " "), let size = Int64(text[..<blank]) else { return nil }
            // Every path begins with `./`, lest one of them be taken for an option.
            return Entry(path: String(text[text.index(after: blank)...].dropFirst(2)), size: size)
        }
    }

    private static func isWanted(_ path: String, _ record: RunRecord) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard !path.contains("/.muster/") else { return false }
        let globs: [String]
        switch record.collect {
        case .all: return true
        case .globs(let named): globs = named
        case .summaries:
            globs =
                record.summaries.isEmpty ? ["*.csv", "*.json", "*.jsonl", "*.yaml", "*.txt", "*.md"] : record.summaries
        }
        return globs.contains { fnmatch($0, name, 0) == 0 || fnmatch("*/\($0)", path, 0) == 0 }
    }
}
