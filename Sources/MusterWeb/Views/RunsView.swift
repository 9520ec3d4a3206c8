import MusterCore
import MusterHistory

/// The list of runs.
struct RunsView {
    struct Row {
        var run: String, sweep: String, cluster: String, path: String
        var begun: String, begunSort: String, took: String, tookSort: String, doneSort: String
        var bar: String, words: String
        var jobs: Int, failed: Int, running: Int, hasFailed: Bool
    }
    /// The most runs on a page.
    static let most = 200

    var query: String
    var rows: [Row]
    var hasRows: Bool
    var empty: String
    var omitted: String?

    init(_ runs: [RunSummary], query: String, now: Timestamp) {
        let found = runs.filter { Self.matches($0, query) }
        self.query = query
        rows = found.prefix(Self.most).map { Self.row($0, now) }
        hasRows = !rows.isEmpty
        empty =
            runs.isEmpty
            ? "There are no runs yet. 'muster run sweep.yaml' makes the first one, and it appears here by itself."
            : "No run matches '\(query)'."
        omitted =
            found.count > Self.most ? "\(found.count - Self.most) older runs are not shown; search for them." : nil
    }

    /// All words of the query stand in the run's names or in how its jobs stand.
    static func matches(_ run: RunSummary, _ query: String) -> Bool {
        let text =
            "\(run.sweep) \(run.run) \(run.cluster) \(run.configPath ?? "") "
            + run.counts.filter { $0.value > 0 }.map { "\($0.key)" }.joined(separator: " ")
        let low = text.lowercased()
        return query.lowercased().split(separator: " ").allSatisfy { low.contains($0) }
    }

    private static func row(_ run: RunSummary, _ now: Timestamp) -> Row {
        let took = run.started.map { (run.ended ?? now).seconds(since: $0) }
        let isOver = run.ended != nil || run.running + run.waiting == 0
        let shown = run.ended == nil && isOver ? nil : took
        return Row(
            run: run.run, sweep: run.sweep.isEmpty ? run.run : run.sweep, cluster: run.cluster,
            path: Links.run(run.run),
            begun: Words.moment(run.started), begunSort: run.started?.description ?? "",
            took: shown.map(Words.time) ?? "-", tookSort: shown.map { "\(Int($0))" } ?? "",
            doneSort: "\(run.jobCount == 0 ? 0 : run.succeeded * 1000 / run.jobCount)",
            bar: StateBar.text(run.counts), words: StateBar.words(run.counts), jobs: run.jobCount, failed: run.failed,
            running: run.running, hasFailed: run.failed > 0)
    }
}
