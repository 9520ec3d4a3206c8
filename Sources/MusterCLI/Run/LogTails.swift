import MusterCluster
import MusterCore
import MusterHistory
import MusterWeb

/// The ends of jobs' logs for the web pages, from wherever the runs' folders lie.
actor LogTails: LogSource {
    /// Runs whose clusters were reached already.
    private var records: [String: RunRecord] = [:]
    /// The most programs of an attempt whose output is shown: of many workers the latest.
    private static let mostPrograms = 8

    func tails(of job: JobRecord, in run: RunSummary, most: Int64) async throws -> [LogTail] {
        let record = try await record(run)
        let (indexed, spools) = try await LogReader.look(record, job: job.index)
        // Spools are emptied when their programs end, so what is read of them is the latest attempt's.
        let finished = indexed.filter { $0.job == job.index }
        let latest =
            (finished.map { [$0.generation, $0.restart] } + spools.map { [$0.generation, $0.restart] })
            .max { $0.lexicographicallyPrecedes($1) } ?? []
        var tails: [LogTail] = []
        for part in finished.filter({ [$0.generation, $0.restart] == latest }).suffix(Self.mostPrograms) {
            let bytes = try await JobLogs.end(of: part, in: record, most: most)
            guard !bytes.isEmpty else { continue }
            tails.append(
                tail(part.name, part.lane, bytes, of: part.range.upperBound - part.range.lowerBound, isRunning: false))
        }
        for spool in spools.filter({ [$0.generation, $0.restart] == latest }).prefix(Self.mostPrograms) {
            let lane = ShellWord.quote(record.paths.lane(spool.lane).folder)
            let file = ShellWord.quote(spool.file)
            let bytes = try await record.site.host.run("cd -- \(lane) && [ ! -L \(file) ] && tail -c \(most) \(file)")
            let name = spool.items.map { "\(spool.stage).\(ItemSet.text($0))" } ?? spool.stage
            tails.append(tail(name, spool.lane, bytes.output, of: spool.size, isRunning: true))
        }
        return tails
    }

    /// The most runs whose clusters are kept at hand.
    private static let mostRecords = 16

    private func record(_ run: RunSummary) async throws -> RunRecord {
        if let known = records[run.run] { return known }
        if records.count >= Self.mostRecords { records = [:] }
        let record = try await RunRecord.open(run.run)
        records[run.run] = record
        return record
    }

    private func tail(_ stage: String, _ lane: String, _ bytes: [UInt8], of size: Int64, isRunning: Bool) -> LogTail {
        let isCut = Int64(bytes.count) < size
        var bytes = bytes[...]
        // A line of which the beginning is missing is left out, unless it is the only one.
        if isCut, let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end + 1 < bytes.endIndex {
            bytes = bytes[(end + 1)...]
        }
        return LogTail(
            stage: stage, lane: lane, text: String(decoding: bytes, as: UTF8.self), isCut: isCut, isRunning: isRunning)
    }
}
