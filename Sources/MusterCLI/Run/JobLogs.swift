import Foundation
import MusterCluster
import MusterCore

/// What jobs' stages wrote, read back out of the packed logs of a run's lanes.
struct JobLogs {
    /// One stage's output in a lane's log.
    struct Part {
        var job: Int
        var generation: Int
        var restart: Int
        var stage: String
        var lane: String
        /// A worker's items.
        var items: ClosedRange<Int>?
        /// `STAGE`, or `STAGE.2-3` for a worker.
        var name: String { items.map { "\(stage).\(ItemSet.text($0))" } ?? stage }
        /// Bytes of the lane's log.
        var range: Range<Int64>
    }

    /// All finished stages, attempts in their order.
    let parts: [Part]
    private let record: RunRecord

    /// Reads the index of every lane, of one job only where `job` is given. One command, whatever the number of lanes.
    init(_ record: RunRecord, job: Int? = nil) async throws {
        self.record = record
        let pattern = job.map { "\"job\":\($0)," } ?? "\"job\":"
        let index = try await record.site.host.run(
            "cd -- \(ShellWord.quote(record.paths.lanes)) && "
                + "grep -H \(ShellWord.quote(pattern)) */log.index.jsonl /dev/null; exit 0")
        parts = Self.sorted(index.text.split(separator: "\n").compactMap(Self.part))
    }

    /// Jobs and their attempts in their order, of each what one lane wrote together.
    static func sorted(_ parts: [Part]) -> [Part] {
        parts.sorted {
            ($0.job, $0.generation, $0.restart, $0.lane, $0.range.lowerBound)
                < ($1.job, $1.generation, $1.restart, $1.lane, $1.range.lowerBound)
        }
    }

    /// A line of an index, behind its file's name: `LANE/log.index.jsonl:{...}`.
    static func part(_ line: Substring) -> Part? {
        guard let brace = line.firstIndex(of: "{"), let slash = line.firstIndex(of: "/"),
            let json = try? JSON(parsing: String(line[brace...])), let job = json["job"]?.int,
            let start = json["start"]?.int, let end = json["end"]?.int, start >= 0, start <= end,
            let stage = json["stage"]?.string
        else { return nil }
        var part = Part(
            job: Int(job), generation: Int(json["gen"]?.int ?? 0), restart: Int(json["restart"]?.int ?? 0),
            stage: stage, lane: String(line[..<slash]), range: start..<end)
        part.items = items(json)
        return part
    }

    /// A worker's items, as indices and the list of running programs name them.
    static func items(_ json: JSON) -> ClosedRange<Int>? {
        guard let first = json["first"]?.int, let last = json["last"]?.int, first <= last else { return nil }
        return Int(clamping: first)...Int(clamping: last)
    }

    /// The last `most` bytes of a part. A link in a log's place is not followed: a job could have put it there.
    static func end(of part: Part, in record: RunRecord, most: Int64) async throws -> [UInt8] {
        let log = ShellWord.quote(record.paths.lane(part.lane).log)
        let count = min(most, part.range.upperBound - part.range.lowerBound)
        return try await record.site.host.run(
            "[ ! -L \(log) ] && tail -c +\(part.range.upperBound - count + 1) \(log) | head -c \(count)"
        ).output
    }

    /// A part's bytes, at most the last `most`.
    func bytes(of part: Part, most: Int64 = .max) async throws -> [UInt8] {
        try await Self.end(of: part, in: record, most: most)
    }

    /// The most that comes home of one stage's output, in bytes.
    private static let limit: Int64 = 1 << 20

    /// Writes the output of the latest attempt of each of `jobs` to `folder/JOB/STAGE.log`, of workers to `STAGE.ITEMS.log`; returns how many files.
    func write(_ jobs: [(index: Int, id: String)], to folder: String) async throws -> Int {
        var count = 0
        for job in jobs {
            let own = parts.filter { $0.job == job.index }
            guard let last = own.last else { continue }
            for part in own where (part.generation, part.restart) == (last.generation, last.restart) {
                let path = "\(folder)/\(job.id)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                let bytes = try await bytes(of: part, most: Self.limit)
                try Data(bytes).write(to: URL(filePath: "\(path)/\(part.name).log"))
                count += 1
            }
        }
        return count
    }
}
