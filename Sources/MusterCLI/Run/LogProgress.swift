import MusterCore

/// How far a job's output was shown, and what to read next. Decisions only: `LogReader` reads.
///
/// A running program writes into a spool; when it ends, all of that is appended to the lane's log and the spool is
/// emptied for the next. So what was shown of a spool counts as shown of the log.
struct LogProgress {
    /// One program of a stage of an attempt. A stage may begin again in the same attempt, so they are numbered.
    struct Source: Hashable {
        var generation: Int, restart: Int, lane: String, stage: String, items: ClosedRange<Int>?, number: Int
    }

    /// A program that runs now.
    struct Spool: Equatable {
        var generation: Int, restart: Int, lane: String, stage: String, items: ClosedRange<Int>?
        /// Its file in the lane's folder, and the bytes that are in it.
        var file: String, size: Int64
    }

    /// Bytes to read: of the lane's log, or of a spool.
    struct Read: Equatable {
        var source: Source
        /// In the lane's folder.
        var file: String
        var range: Range<Int64>
        var isSpool: Bool
    }

    /// The most bytes of one read.
    static let most: Int64 = 4 << 20

    private var shown: [Source: Int64] = [:]
    /// Sources whose spool grew too large, so that its middle was left out.
    private(set) var cut: Set<Source> = []

    /// What there is to read: of finished programs first, as they come in the log.
    mutating func next(finished: [JobLogs.Part], running: [Spool]) -> [Read] {
        var reads: [Read] = []
        var numbers: [Source: Int] = [:]
        func numbered(_ source: Source) -> Source {
            var source = source
            source.number = numbers[source] ?? 0
            return source
        }
        for part in finished {
            let bare = Source(
                generation: part.generation, restart: part.restart, lane: part.lane, stage: part.stage,
                items: part.items, number: 0)
            let source = numbered(bare)
            numbers[bare, default: 0] += 1
            guard !cut.contains(source) else { continue }
            let start = part.range.lowerBound + (shown[source] ?? 0)
            guard start < part.range.upperBound else { continue }
            let range = start..<min(part.range.upperBound, start + Self.most)
            reads.append(Read(source: source, file: "log", range: range, isSpool: false))
        }
        for spool in running {
            let source = numbered(
                Source(
                    generation: spool.generation, restart: spool.restart, lane: spool.lane, stage: spool.stage,
                    items: spool.items, number: 0))
            let start = shown[source] ?? 0
            if spool.size < start {
                cut.insert(source)
                shown[source] = spool.size
            } else if spool.size > start {
                let range = start..<min(spool.size, start + Self.most)
                reads.append(Read(source: source, file: spool.file, range: range, isSpool: true))
            }
        }
        return reads
    }

    /// So many bytes of a read were shown.
    mutating func show(_ read: Read, count: Int) { shown[read.source, default: 0] += Int64(count) }
}
