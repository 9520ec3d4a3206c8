public import MusterCore
import MusterSlurm

/// Why the scheduler does not run elements.
extension SlurmScheduler {
    public func hindrances(of submissions: [HandedOver], in paths: RunPaths) async throws -> [Hindrance] {
        let arrays = Set(submissions.compactMap { UInt32($0.id) })
        guard !arrays.isEmpty else { return [] }
        return Self.hindrances(try await queue(in: paths).filter { arrays.contains($0.job.number) })
    }

    /// Rows of the queue that wait, by reason and partition.
    static func hindrances(_ rows: [Squeue.Row]) -> [Hindrance] {
        struct Place: Hashable {
            var word: String?, partition: String?
        }
        let waiting = Dictionary(grouping: rows.filter(\.state.isPending)) {
            Place(word: $0.reason.flatMap { SlurmReason($0)?.word }, partition: $0.partition)
        }
        return waiting.map { place, rows in
            let count = rows.reduce(0) { $0 + $1.elements }
            let jobs = rows.map { "\($0.job.number)" }
            let reason = rows[0].reason.flatMap { SlurmReason($0) }
            let expected = rows.compactMap { $0.started?.epochSeconds }.min().map { Timestamp(seconds: $0) }
            let names = Set(jobs).sorted().joined(separator: ", ")
            return Hindrance(
                what: (rows.contains(where: \.isTruncated) ? "at least " : "")
                    + "\(count) element\(count == 1 ? "" : "s") of Slurm's job \(names) "
                    + (count == 1 ? "waits" : "wait")
                    + (place.partition.map { " in the partition '\($0)'" } ?? ""),
                reason: place.word, words: reason?.words ?? "Slurm has not said why yet", expected: expected,
                advice: (reason?.remedy).map { [Advice($0.replacing("JOB", with: jobs[0]))] } ?? [])
        }.sorted { $0.what < $1.what }
    }
}

extension Squeue.Row {
    /// Elements that the row speaks for.
    fileprivate var elements: Int {
        if case .remainder(_, let tasks) = job { tasks.indices.reduce(0) { count, _ in count + 1 } } else { 1 }
    }

    /// It speaks for more than it names.
    fileprivate var isTruncated: Bool {
        if case .remainder(_, let tasks) = job { tasks.isTruncated } else { false }
    }
}
