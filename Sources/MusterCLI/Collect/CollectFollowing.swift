import Foundation
import MusterCore
import MusterHistory
import Synchronization

/// Collects while a run goes on: what has ended comes home, again and again until all of it has.
struct CollectFollowing {
    /// Time between two looks, in seconds.
    private static let pause = 5.0

    private let collecting: Collecting
    private let jobs: [String]

    /// `jobs` is a person's choice; none means all.
    init(_ collecting: Collecting, jobs: [String]) { (self.collecting, self.jobs) = (collecting, jobs) }

    /// Watches the run beside, so that it gets its attempts and submissions; the sums of all rounds.
    func run() async throws -> CollectReport {
        let name = collecting.record.summary.run
        let watch = Task { try await Watching.quietly(name) }
        defer { watch.cancel() }
        let over = Over()
        Task {
            _ = try? await watch.value
            over.isOver.store(true, ordering: .releasing)
        }
        var done: Set<Int> = []
        var report = CollectReport()
        while true {
            let isLast = over.isOver.load(ordering: .acquiring)
            let ended = try Steering.choose(jobs, in: collecting.record).filter {
                $0.standing.outcome != nil && (isLast || !done.contains($0.index))
            }
            if !ended.isEmpty {
                let round = try await collecting.collect(ended)
                report.transferred += round.transferred
                report.bytes += round.bytes
                // The last round looks at everything once more.
                if isLast {
                    (report.unchanged, report.kept, report.failed) = (round.unchanged, round.kept, round.failed)
                }
                done.formUnion(ended.map(\.index))
            }
            if isLast {
                report.unchanged = max(0, report.unchanged - report.transferred)
                try await watch.value
                return report
            }
            for _ in 0..<Int(Self.pause * 4) where !over.isOver.load(ordering: .acquiring) {
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    /// Whether the watch is.
    private final class Over: Sendable {
        let isOver = Atomic(false)
    }
}
