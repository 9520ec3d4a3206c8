import MusterCore
import MusterHistory

extension WatchModel {
    /// Asks the history; `jobs` and `state` where the caller has them already.
    init(_ history: History, _ summary: RunSummary, stages: [String], jobs: [JobRecord], state: RunState) throws {
        var summary = summary
        summary.ended = state.ended
        self.init(
            summary: summary, stages: stages, jobs: jobs, samples: try history.liveSamples(of: summary.run),
            forecast: try history.forecast(of: summary.run, jobs: jobs, stages: stages),
            held: Set(jobs.filter { $0.standing.outcome == nil && state.isHeld($0.index) }.map(\.index)),
            halt: state.halt?.reason, sick: Set(state.sickNodes.keys))
    }
}

/// Makes models of a run, one whenever its history has changed.
final class WatchModels {
    private let history: History
    private let summary: RunSummary
    private let stages: [String]
    private var version: Int64 = -1

    init(_ history: History, _ summary: RunSummary) {
        (self.history, self.summary) = (history, summary)
        stages = summary.plan?.stages.map(\.name) ?? []
    }

    /// The model by what the history has; nil where that is what the last one was made of.
    func next(_ jobs: [JobRecord]? = nil, _ state: RunState? = nil) throws -> WatchModel? {
        let now = try history.dataVersion()
        guard now != version else { return nil }
        version = now
        var known = try jobs ?? history.jobs(of: summary.run)
        if known.isEmpty { known = try history.sharedRuns(of: summary.run) }
        return try WatchModel(
            history, summary, stages: stages, jobs: known, state: try state ?? history.state(of: summary.run))
    }
}
