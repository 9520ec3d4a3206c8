import MusterHistory
import Synchronization

/// The jobs of the runs that were looked at last, read again only when the history has changed: of large runs the reading
/// is most of a page's time.
final class JobShelf: Sendable {
    /// A run's jobs, and the stage runs that these share.
    struct Jobs: Sendable {
        var own: [JobRecord], shared: [JobRecord]
        /// All of them.
        var all: [JobRecord] { own + shared }
    }
    private struct Entry {
        var run: String, version: Int64, jobs: Jobs
    }
    /// The most runs that are kept.
    static let most = 3

    private let history: History
    private let entries = Mutex([Entry]())

    init(_ history: History) { self.history = history }

    /// The jobs of a run as they are now.
    func jobs(of run: String) throws -> Jobs {
        // What is read may be newer than this number; then the next look finds another number and reads again.
        let version = try history.dataVersion()
        if let known = entries.withLock({ $0.first { $0.run == run && $0.version == version }?.jobs }) { return known }
        let jobs = Jobs(own: try history.jobs(of: run), shared: try history.sharedRuns(of: run))
        entries.withLock { entries in
            entries.removeAll { $0.run == run }
            entries.insert(Entry(run: run, version: version, jobs: jobs), at: 0)
            entries = Array(entries.prefix(Self.most))
        }
        return jobs
    }
}
