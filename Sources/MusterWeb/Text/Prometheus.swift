import MusterCore
import MusterHistory

/// Figures in Prometheus's text format (version 0.0.4).
enum Prometheus {
    /// What the format is called in `Content-Type`.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Runs that are open, and the latest others up to `mostRuns`: series of runs that are long over would only grow.
    static let mostRuns = 50

    /// - Parameter pages: How many pages are open that follow the history.
    static func text(_ runs: [RunSummary], _ figures: HistoryFigures, pages: Int) -> String {
        let open = runs.filter { $0.ended == nil && $0.running + $0.waiting > 0 }
        let known = Set(open.map(\.run))
        let shown = open + runs.filter { !known.contains($0.run) }.prefix(max(0, mostRuns - open.count))
        var out = ""
        family(
            &out, "muster_run_jobs", "gauge", "Jobs of a run by where they stand.",
            shown.flatMap { run in
                StateBar.sorted(run.counts).map { standing, count in
                    (labels(run) + [("standing", "\(standing)")], Double(count))
                }
            })
        family(
            &out, "muster_run_started_timestamp_seconds", "gauge", "When a run was made, since 1970.",
            shown.compactMap { run in run.started.map { (labels(run), Double($0.microseconds) / 1e6) } })
        family(
            &out, "muster_run_ended_timestamp_seconds", "gauge", "When a run was over, since 1970.",
            shown.compactMap { run in run.ended.map { (labels(run), Double($0.microseconds) / 1e6) } })
        family(
            &out, "muster_jobs_running", "gauge", "Jobs that run now, of all runs.",
            [([], Double(runs.reduce(0) { $0 + $1.running }))])
        family(
            &out, "muster_jobs_waiting", "gauge", "Jobs of open runs that have not begun.",
            [([], Double(open.reduce(0) { $0 + $1.waiting }))])
        family(&out, "muster_runs", "gauge", "Runs that the history knows.", [([], Double(runs.count))])
        family(&out, "muster_history_facts", "gauge", "Facts in the history.", [([], Double(figures.facts))])
        family(&out, "muster_history_size_bytes", "gauge", "Size of the history's file.", [([], Double(figures.bytes))])
        family(
            &out, "muster_history_changes_total", "counter", "Changes to the history since it was made.",
            [([], Double(figures.changes))])
        family(&out, "muster_web_pages_open", "gauge", "Pages that are kept up to date.", [([], Double(pages))])
        return out
    }

    private static func labels(_ run: RunSummary) -> [(String, String)] {
        [("run", run.run), ("sweep", run.sweep), ("cluster", run.cluster)]
    }

    private static func family(
        _ out: inout String, _ name: String, _ type: String, _ help: String,
        _ series: [(labels: [(String, String)], value: Double)]
    ) {
        out += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in series {
            let pairs = labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
            out += name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(number(value))\n"
        }
    }

    /// Label values have backslash, quotation mark and line feed escaped.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
