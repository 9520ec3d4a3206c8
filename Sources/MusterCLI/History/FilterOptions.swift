import ArgumentParser
import MusterCore
import MusterHistory

/// Which runs are meant, as options say it.
struct FilterOptions: ParsableArguments {
    @Option(help: "Runs of this sweep; * and ? stand for what you leave out.") var name: String?
    @Option(help: "Runs on this cluster.") var cluster: String?
    @Option(help: "Runs of this config: its path as it was named, or the end of it.") var config: String?
    @Option(help: "Runs with this scene.") var scene: String?
    @Option(
        help:
            "Runs with a job of this outcome (succeeded, oom_host, timeout, ...); 'failed' is all that are no success.")
    var outcome: String?
    @Option(help: "Runs made since: 2026-11-01, 2026-11-01T08:00, or an age such as 7d or 12h.") var since: String?
    @Option(help: "Runs made before.") var until: String?
    @Option(
        name: .customLong("where"), help: "Runs with a job that has this parameter, such as lr=0.1; may be repeated.")
    var values: [String] = []

    func filter(now: Timestamp) throws -> RunFilter {
        var filter = RunFilter()
        (filter.sweep, filter.cluster, filter.config, filter.scene) = (name, cluster, config, scene)
        filter.since = try since.map { try Self.moment($0, option: "--since", now: now) }
        filter.until = try until.map { try Self.moment($0, option: "--until", now: now) }
        if let outcome {
            let words = Outcome.allCases.map(\.rawValue) + ["running", "waiting"]
            guard words.contains(outcome) else {
                let near = Suggestion.nearest(to: outcome, in: words).map { "; did you mean '\($0)'?" } ?? ""
                throw ExitStatus.usage("--outcome '\(outcome)' is none of \(words.joined(separator: ", "))\(near)")
            }
            filter.outcome = outcome
        }
        filter.values = try values.map { try Setting.parse($0, option: "--where") }
        return filter
    }

    /// A date, a date with a time of day (both UTC), or an age.
    static func moment(_ text: String, option: String, now: Timestamp) throws -> Timestamp {
        if let age = text.last?.isLetter == true ? WallTime(parsing: text) : nil {
            return Timestamp(microseconds: now.microseconds - age.seconds * 1_000_000)
        }
        let full = "0000-00-00T00:00:00.000Z"
        let bare = text.hasSuffix("Z") ? String(text.dropLast()) : text
        if bare.count >= 10, let moment = Timestamp(parsing: bare + full.dropFirst(bare.count)) { return moment }
        throw ExitStatus.usage(
            "\(option) '\(text)' is no date such as 2026-11-01 or 2026-11-01T08:00, and no age such as 7d")
    }
}

/// The form of rows on standard output.
struct FormOptions: ParsableArguments {
    @Flag(help: "Print CSV.") var csv = false
    @Flag(help: "Print a JSON object on each line.") var jsonl = false

    func validate() throws {
        guard !(csv && jsonl) else { throw ValidationError("--csv and --jsonl exclude each other") }
    }

    /// Prints rows, as a table where no other form is asked for.
    func print(_ result: QueryResult, right: Set<Int> = []) {
        if csv { return Swift.print(result.csv, terminator: "") }
        if jsonl { return Swift.print(result.jsonLines, terminator: "") }
        var table = Table(header: result.columns, right: right)
        table.rows = result.rows.map { row in row.map { $0.string ?? ($0.isNull ? "-" : $0.line) } }
        Terminal.print(table.text)
    }
}
