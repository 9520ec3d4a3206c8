import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// An execution in words: what ran, which code, on what, and what came of it.
struct ExecutionText {
    let history: History

    /// Everything about one, a line each.
    func lines(_ record: ExecutionRecord) throws -> [String] {
        var rows: [(String, String)] = [("status", record.status + (record.error.map { ": \($0)" } ?? ""))]
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { rows.append((name, value)) }
        }
        add("description", record.description)
        add("part of", record.parent.map { "\($0), number \(record.sequence ?? 0)" })
        if record.isCached { add("note", "nothing was run: the result of an earlier run was taken") }
        add("command", record.argv.isEmpty ? nil : record.argv.map(ShellWord.quote).joined(separator: " "))
        let place = [record.host.map { "on \($0)" }, record.user.map { "by \($0)" }, record.folder.map { "in \($0)" }]
        add("ran", place.compactMap(\.self).joined(separator: " "))
        add("time", time(record))
        if let workflow = record.workflow.flatMap({ try? history.workflow($0) }) {
            let source = workflow.entry.source
            add("workflow", "\(workflow.id) \(workflow.entry.name) (\(workflow.entry.type))")
            add("code", source.url)
            add(
                "version",
                [source.version, source.checksum.map { "checksum \($0)" }].compactMap(\.self).joined(separator: ", "))
        }
        if record.kind == .job { rows += try job(record) }
        if record.kind == .run {
            rows += try history.code(of: record.id).told.map { ("code changed", $0.words) }
            for folder in try history.run(record.id).details["copies"]?.array ?? [] {
                add("copy of code", folder["to"]?.string)
            }
        }
        let diff = ExecutionFolder(id: record.parent.map { record.kind == .job ? $0 : record.id } ?? record.id)
        for name in diff.files where name.hasSuffix(".diff") {
            add("difference", "\(diff.path)/\(name)")
        }
        for use in try history.datasetUses(ofRunOf: record.id) { add("data set", try line(use)) }
        let uses = try history.assetUses(of: record.id)
        for use in uses where use.role == .input {
            add(KeptEvidence(rawValue: use.asset.type) == nil ? "input" : "kept", try line(use))
        }
        for use in uses where use.role == .output { add("output", try line(use)) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }
    }

    private func time(_ record: ExecutionRecord) -> String? {
        guard let started = record.started else { return record.created.map { "created \($0)" } }
        let took = record.duration.map { ", took \(Self.took($0))" } ?? ""
        return "\(started)" + (record.ended.map { " to \($0)" } ?? "") + took
    }

    /// A duration for people: seconds with milliseconds below a minute, else hours, minutes and seconds.
    static func took(_ microseconds: Int64) -> String {
        let millis = microseconds / 1000
        if millis < 60_000 { return "\(millis / 1000).\(String(1000 + millis % 1000).dropFirst()) s" }
        let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60)
        return (hours > 0 ? "\(hours) h " : "") + "\(minutes) min \(seconds) s"
    }

    private func line(_ use: AssetUseRecord) throws -> String {
        let version = try Self.version(use.asset, history)
        let kind = version.map { "\($0), " } ?? (use.asset.type == "folder" ? "folder, " : "")
        return "\(use.path)  \(kind)sha256 \(use.asset.sha256.prefix(16))  \(ByteCount(use.asset.size))"
    }

    /// The version of a data set that a content is, as `NAME@VERSION`.
    static func version(_ asset: AssetRecord, _ history: History) throws -> String? {
        guard asset.type != "file" else { return nil }
        return try history.datasets().first { $0.entry.content == asset.sha256 }?.entry.reference
    }

    /// What the run and its plan say of a job: config, point, scene, attempt.
    private func job(_ record: ExecutionRecord) throws -> [(String, String)] {
        guard let run = record.parent else { return [] }
        let summary = try history.run(run)
        guard let job = try history.jobs(of: run).first(where: { "\(run)/\($0.id)" == record.id }) else { return [] }
        var rows: [(String, String)] = []
        let lines = Dictionary(
            (summary.details["lines"]?.members ?? []).compactMap { member in member.value.int.map { (member.key, $0) }
            },
            uniquingKeysWith: { first, _ in first })
        let config = summary.configPath ?? "config"
        if job.point.values.isEmpty {
            rows.append(("config", config))
        }
        for value in job.point.values {
            let line = Self.line(of: value.key, in: lines).map { ":\($0)" } ?? ""
            rows.append(("config", "\(config)\(line)  \(value.key)=\(value.value.string ?? value.value.line)"))
        }
        rows.append(("scene", "\(job.scene.path)"))
        rows += job.changedCode(try history.code(of: run)).map { ("code changed", $0.words) }
        if let attempt = job.attempts.last {
            let slurm = attempt.slurmJob.map { ", Slurm job \($0)" } ?? ""
            rows.append(("attempt", "\(attempt.number) on \(attempt.node ?? "?"), \(attempt.outcome)\(slurm)"))
        }
        return rows
    }

    /// Where a parameter's values stand: below `sweep` if there, else the shortest path that ends in its name.
    static func line(of parameter: String, in lines: [String: Int64]) -> Int64? {
        let ends = lines.filter { $0.key == parameter || $0.key.hasSuffix(".\(parameter)") }
        let best = ends.min { left, right in
            let sweeps = (left.key.hasPrefix("sweep."), right.key.hasPrefix("sweep."))
            if sweeps.0 != sweeps.1 { return sweeps.0 }
            return (left.key.count, left.key) < (right.key.count, right.key)
        }
        return best?.value
    }
}

extension ExecutionFolder {
    /// Names of what is kept beside the record.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
            !$0.hasPrefix(".") && $0 != "lock"
        }.sorted()
    }
}
