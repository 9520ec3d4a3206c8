import MusterCore
import MusterHistory

/// How far a run or a job is.
struct ProgressView {
    var percent: String, left: String?

    init(_ part: Forecast.Part) {
        percent = "\(Int(part.fraction * 100)) %"
        left = part.remaining.map(Words.time)
    }
}

/// What a run comes to.
struct SummaryView {
    struct Count {
        var word: String, style: String, count: Int, path: String
    }

    var sweep: String, run: String, cluster: String, config: String?
    var standing: String, style: String
    var begun: String, begunISO: String, took: String, tookWord: String
    var bar: String
    var counts: [Count]
    var progress: ProgressView?
    var notices: [String]
    var report: String, api: String, previous: String?

    /// - Parameters:
    ///   - previous: The run of the same sweep before it.
    ///   - notices: What everybody should know of it, in words.
    init(
        _ run: RunSummary, jobs: [JobRecord], forecast: Forecast?, previous: String?, notices: [String], now: Timestamp
    ) {
        (sweep, self.run, cluster) = (run.sweep.isEmpty ? run.run : run.sweep, run.run, run.cluster)
        config = run.configPath
        self.notices = notices
        var counts: [Standing: Int] = [:]
        for job in jobs { counts[job.standing, default: 0] += 1 }
        (standing, style) = Self.standing(run, counts)
        begun = Words.moment(run.started)
        begunISO = run.started?.description ?? ""
        took = run.started.map { Words.time((run.ended ?? now).seconds(since: $0)) } ?? "-"
        tookWord = run.ended == nil ? "For" : "Took"
        bar = StateBar.text(counts, width: 1000, height: 14)
        self.counts = StateBar.sorted(counts).map { standing, count in
            Count(
                word: "\(standing)", style: Look.style(standing), count: count,
                path: Links.run(run.run) + "?is=\(Markup.percent("\(standing)"))#jobs")
        }
        progress = run.ended == nil ? forecast.map { ProgressView($0.sweep) } : nil
        (report, api) = (Links.report(run.run), Links.api(run.run))
        self.previous = previous.map { Links.compare($0, run.run) }
    }

    /// One word for the whole run.
    static func standing(_ run: RunSummary, _ counts: [Standing: Int]) -> (String, String) {
        let open = counts.filter { $0.key.outcome == nil }.map(\.value).reduce(0, +)
        if run.isCancelled { return ("cancelled", "cancelled") }
        if open > 0, run.ended == nil {
            let runs = counts[.running] ?? 0 > 0
            return runs ? ("running", "running") : ("waiting", "waiting")
        }
        if counts.allSatisfy({ $0.key == .ended(.succeeded) }) { return ("succeeded", "succeeded") }
        return counts[.ended(.succeeded)] ?? 0 > 0 ? ("partly failed", "partial") : ("failed", "failed")
    }
}
