import Foundation
import MusterCluster
import MusterCore

/// Shows what a job's stages wrote and write, from the files of the run's lanes, wherever these are.
final class LogReader {
    private let record: RunRecord
    private let job: Int
    private let stage: String?
    private var progress = LogProgress()
    private var last: LogProgress.Source?
    private var complained: Set<LogProgress.Source> = []
    /// How many programs of the job each lane's index named at the last look.
    private var indexed: [String: Int] = [:]
    /// Where output goes, and words about it.
    private let write: ([UInt8]) -> Void, say: (String) -> Void

    /// - Parameter stage: Only this stage.
    init(
        _ record: RunRecord, job: Int, stage: String?,
        write: @escaping ([UInt8]) -> Void = { try? FileHandle.standardOutput.write(contentsOf: Data($0)) },
        say: @escaping (String) -> Void = { Terminal.complain($0) }
    ) {
        (self.record, self.job, self.stage) = (record, job, stage)
        (self.write, self.say) = (write, say)
    }

    /// Shows all that is new of the attempts that `isWanted`; returns how many bytes that was.
    func show(_ isWanted: (_ generation: Int, _ restart: Int) -> Bool) async throws -> Int {
        var count = 0
        while true {
            let (finished, running) = try await look()
            let reads = progress.next(
                finished: finished.filter { isWanted($0.generation, $0.restart) },
                running: running.filter { isWanted($0.generation, $0.restart) })
            for source in progress.cut.subtracting(complained) {
                complained.insert(source)
                say(
                    "--- \(source.stage): the program wrote more than its log may hold, so the middle of it is left out"
                )
            }
            var got = 0
            for read in reads {
                guard let bytes = try await bytes(of: read) else { continue }
                if last != read.source { head(read.source) }
                write(bytes)
                progress.show(read, count: bytes.count)
                got += bytes.count
            }
            count += got
            // What is larger than one read goes on at once.
            guard got > 0, reads.contains(where: { $0.range.count == LogProgress.most }) else { return count }
        }
    }

    private func head(_ source: LogProgress.Source) {
        last = source
        let items = source.items.map { ".\(ItemSet.text($0))" } ?? ""
        say("--- \(source.stage)\(items) (\(source.lane))".visible)
    }

    /// The programs of the job that have ended, and those that run with the sizes of what they wrote.
    private func look() async throws -> ([JobLogs.Part], [LogProgress.Spool]) {
        let (finished, running) = try await Self.look(record, job: job)
        indexed = Dictionary(grouping: finished, by: \.lane).mapValues(\.count)
        return (
            finished.filter { $0.job == job && (stage == nil || $0.stage == stage) },
            running.filter { stage == nil || $0.stage == stage }
        )
    }

    /// What the lanes' indices name of a job, and its programs that run. One command.
    static func look(_ record: RunRecord, job: Int) async throws -> ([JobLogs.Part], [LogProgress.Spool]) {
        let answer = try await record.site.host.run(
            """
            cd -- \(ShellWord.quote(record.paths.lanes)) || exit 0
            grep -H '"job":\(job),' */log.index.jsonl /dev/null
            for f in */running.json; do
              grep -q '"job":\(job),' "$f" 2>/dev/null || continue
              d=${f%/*}; printf 'sizes %s' "$d"
              for s in "$d"/spool.*; do [ -f "$s" ] && printf ' %s %s' "${s##*.}" "$(stat -c %s "$s")"; done
              printf '\\nrunning %s ' "$d"; tr -d '\\n' <"$f"; echo
            done
            exit 0
            """)
        let lines = answer.text.split(separator: "\n")
        let parts = lines.filter { !$0.hasPrefix("sizes ") && !$0.hasPrefix("running ") }
        return (JobLogs.sorted(parts.compactMap(JobLogs.part)), spools(lines, job: job))
    }

    static func spools(_ lines: [Substring], job: Int) -> [LogProgress.Spool] {
        var sizes: [String: [Int64: Int64]] = [:]
        var spools: [LogProgress.Spool] = []
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3 else { continue }
            let lane = String(words[1])
            if words[0] == "sizes" {
                let numbers = words[2].split(separator: " ").compactMap { Int64($0) }
                for at in stride(from: 0, to: numbers.count - 1, by: 2) {
                    sizes[lane, default: [:]][numbers[at]] = numbers[at + 1]
                }
            } else if words[0] == "running", let json = try? JSON(parsing: String(words[2])) {
                for entry in json["stages"]?.array ?? [] where entry["job"]?.int == Int64(job) {
                    guard let number = entry["spool"]?.int, let stage = entry["stage"]?.string,
                        let size = sizes[lane]?[number]
                    else { continue }
                    spools.append(
                        LogProgress.Spool(
                            generation: Int(entry["gen"]?.int ?? 0), restart: Int(entry["restart"]?.int ?? 0),
                            lane: lane, stage: stage, items: JobLogs.items(entry), file: "spool.\(number)", size: size))
                }
            }
        }
        return spools
    }

    /// Nil where a spool was packed in the meantime: another program may write into it by now.
    private func bytes(of read: LogProgress.Read) async throws -> [UInt8]? {
        let lane = ShellWord.quote(record.paths.lane(read.source.lane).folder)
        let count = read.range.upperBound - read.range.lowerBound
        let take = "cd -- \(lane) && tail -c +\(read.range.lowerBound + 1) \(read.file) | head -c \(count)"
        guard read.isSpool else { return try await record.site.host.run(take).output }
        // The index is looked at behind the read: what stands there now was packed before another began.
        let answer = try await record.site.host.run(
            "\(take); printf '\\n'; grep -c '\"job\":\(job),' log.index.jsonl; exit 0")
        guard let end = answer.output.dropLast().lastIndex(of: UInt8(ascii: "\n")),
            let now = Int(String(decoding: answer.output[(end + 1)...].dropLast(), as: UTF8.self)),
            now == indexed[read.source.lane] ?? 0
        else { return nil }
        return Array(answer.output[..<end])
    }
}
