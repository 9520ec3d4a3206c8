import ArgumentParser
import MusterCore
import MusterHistory

extension HistoryCommand {
    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show two runs beside each other: what was asked otherwise, and what became otherwise.",
            discussion: "Jobs are the same where scene and parameters are.")
        @Argument(help: "The first run: its id or a unique beginning of it.") var first: String
        @Argument(help: "The second run.") var second = "last"
        @Flag(help: "All jobs that both have, not only those whose outcomes differ.") var all = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let comparison = try RunRecord.openHistory().compare(first, second)
            Terminal.print(json ? comparison.json.line : Self.text(comparison, all: all))
        }

        static func text(_ comparison: RunComparison, all: Bool) -> String {
            var lines = comparison.runs.enumerated().map { "\($0 == 0 ? "first: " : "second:") \($1)" }
            lines += comparison.changes.map { change in
                "~ \(change.path): \(change.before?.line ?? "-") -> \(change.after?.line ?? "-")".visible
            }
            if comparison.changes.isEmpty { lines.append("the plans ask the same") }
            for (word, ids) in [("first", comparison.onlyFirst), ("second", comparison.onlySecond)] where !ids.isEmpty {
                let shown = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", ..." : "")
                lines.append("\(ids.count) jobs are in the \(word) alone: \(shown)".visible)
            }
            let differing = comparison.differing
            let ratio = comparison.durationRatio.map {
                "; the second took \(Decimal.text($0, digits: 2)) times as long in the middle"
            }
            lines.append("\(comparison.pairs.count) jobs in both, \(differing.count) with other outcomes\(ratio ?? "")")
            let shown = all ? comparison.pairs : differing
            guard !shown.isEmpty else { return lines.joined(separator: "\n") }
            var table = Table(header: ["JOB", "FIRST", "SECOND", "DURATION", "", "PEAK", ""], right: [3, 4, 5, 6])
            for pair in shown {
                table.rows.append(
                    [pair.id] + pair.standings.map(\.description)
                        + pair.seconds.map { $0.map(JobTable.duration) ?? "-" }
                        + pair.peaks.map { $0.map { "\(ByteCount($0))" } ?? "-" })
            }
            return (lines + ["", table.text]).joined(separator: "\n")
        }
    }
}
