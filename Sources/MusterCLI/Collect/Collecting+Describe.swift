import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// What stands at home beside the results.
extension Collecting {
    /// Writes `muster.json` to each job's folder that is there, and the tables of all jobs of the run.
    func describe(_ chosen: [CollectJob]) throws {
        guard FileManager.default.fileExists(atPath: home) else { return }
        for job in chosen where !isHere { try describe(job) }
        let all = try record.history.jobs(of: record.summary.run)
        let places = try CollectJob.all(all, run: record.summary, spec: spec, home: home, partial: false)
        let folders = Dictionary(uniqueKeysWithValues: places.map { ($0.record.index, $0.here) })
        try ResultsTable(record.summary, all, folders: folders, spec: spec).write(to: home)
    }

    private func describe(_ job: CollectJob) throws {
        guard FileManager.default.fileExists(atPath: job.here) else { return }
        let last = job.record.attempts.last
        var members: [JSON.Member] = [
            .init("schema", 1), .init("run", .string(record.summary.run)), .init("job", .string(job.record.id)),
            .init("scene", .string(job.record.scene.name)), .init("parameters", .object(job.record.point.values)),
            .init("outcome", .string("\(job.record.standing)")), .init("partial", .bool(job.isPartial)),
        ]
        members += [
            .init("attempt", last.map { .int($0.number) } ?? .null), .init("node", .known(last?.node)),
            .init("ended", .known(last?.ended?.description)), .init("cluster", .string(record.summary.cluster)),
            .init("from", .string(job.there)),
        ]
        let path = "\(job.here)/muster.json"
        let bytes = Data((JSON.object(members).line + "\n").utf8)
        if let old = FileManager.default.contents(atPath: path) {
            // A pipeline may have a file of that name.
            guard old != bytes, old.starts(with: Data("{\"schema\":1,\"run\":\"".utf8)) else { return }
        }
        try bytes.write(to: URL(filePath: path), options: .atomic)
    }
}

extension CollectReport {
    /// What a person is told.
    func words(home: String, run: String, config: String?) -> String {
        var lines = ["collected \(transferred) files (\(ByteCount(bytes))) into \(home), \(unchanged) were there"]
        if !kept.isEmpty {
            lines.append(
                "\(kept.count) files at home differ and were kept; to replace them: muster collect \(run) --force")
            lines += Self.some(kept)
        }
        if !failed.isEmpty {
            lines.append("\(failed.count) could not be had; to try again: muster collect \(run)")
            lines += Self.some(failed)
        }
        if gone > 0, let config {
            lines.append(
                "folders of \(gone) jobs are gone there, as after a purge; to have them made again: muster run \(ShellWord.quote(config))"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func some(_ failures: [Failure]) -> [String] {
        failures.prefix(10).map { failure in
            "  \(failure.job)\(failure.path.isEmpty ? "" : "/" + failure.path): \(failure.reason)".visible
        } + (failures.count > 10 ? ["  ... and \(failures.count - 10) more"] : [])
    }
}
