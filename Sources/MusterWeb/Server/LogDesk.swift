import MusterHistory

/// Reads logs for pages. A cluster may be far away or silent: a page does not wait for it longer than it likes to, and
/// where several pages ask the same, or one asks again, one reading goes on.
actor LogDesk {
    private struct Key: Hashable {
        var run: String, job: Int, most: Int64
    }
    /// The most readings that go on at once.
    static let mostOpen = 16

    private let logs: any LogSource
    private var open: [Key: Task<[LogTail], any Error>] = [:]

    init(_ logs: any LogSource) { self.logs = logs }

    /// The ends of a job's logs, at most `most` bytes of each, or why they are not there after `patience`.
    func tails(of job: JobRecord, in run: RunSummary, most: Int64, patience: Duration) async -> LogView.Found {
        let key = Key(run: run.run, job: job.index, most: most)
        if open[key] == nil, open.count >= Self.mostOpen {
            return .nothing("Many logs are being read already; this one comes when they are done.")
        }
        let task = open[key] ?? begin(key, job, run)
        do {
            guard let tails = try await Patience.wait(for: task, atMost: patience) else {
                return .nothing("The log is not here yet; it lies on \(run.cluster).")
            }
            return .tails(tails)
        } catch {
            return .nothing("The log can't be read: \(error)")
        }
    }

    private func begin(_ key: Key, _ job: JobRecord, _ run: RunSummary) -> Task<[LogTail], any Error> {
        let logs = logs
        let task = Task {
            defer { open[key] = nil }
            return try await logs.tails(of: job, in: run, most: key.most)
        }
        open[key] = task
        return task
    }
}
