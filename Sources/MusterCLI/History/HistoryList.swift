import ArgumentParser
import MusterCore
import MusterHistory

extension HistoryCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List runs, the latest first.")
        @OptionGroup var filter: FilterOptions
        @OptionGroup var form: FormOptions
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let runs = try RunRecord.openHistory().runs(try filter.filter(now: .now))
            if json { return Terminal.print(HistoryReport.list(runs).line) }
            var columns = ["run", "cluster", "started", "jobs", "succeeded", "failed", "open"]
            if !form.csv && !form.jsonl { columns = columns.map { $0.uppercased() } }
            form.print(QueryResult(columns: columns, rows: runs.map(Self.row)), right: [3, 4, 5, 6])
        }

        private static func row(_ run: RunSummary) -> [JSON] {
            let counts = [run.jobCount, run.succeeded, run.failed, run.running + run.waiting].map { JSON.int($0) }
            let started = run.started.map { JSON.string($0.description) } ?? .null
            return [.string(run.run), .string(run.cluster), started] + counts
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the jobs of runs for spreadsheets and data frames.",
            discussion: """
                Without --results the rows are those of workflow_history.csv, of ended jobs alone. With --results, or as \
                JSON lines, each job has its outcome, times, peaks and a column for each parameter.
                """)
        @Argument(help: "The runs' ids, unique beginnings of them, or 'last'.") var names: [String] = []
        @OptionGroup var filter: FilterOptions
        @OptionGroup var form: FormOptions
        @Flag(help: "Outcomes and parameters, in place of the rows of workflow_history.csv.") var results = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let filter = try filter.filter(now: .now)
            let runs =
                names.isEmpty && filter != RunFilter()
                ? try history.runs(filter).map(\.run)
                : try (names.isEmpty ? ["last"] : names).map { try history.run($0).run }
            if results || form.jsonl {
                let result = try history.results(of: runs)
                print(form.jsonl ? result.jsonLines : result.csv, terminator: "")
            } else {
                print(try history.exportCSV(runs), terminator: "")
            }
        }
    }

    struct Query: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the history in SQL; nothing can be changed that way.",
            discussion: """
                docs/history.md lists tables and views. `results` has a row for each job:
                  muster history query "SELECT scene, outcome, duration_s FROM results WHERE point ->> 'lr' < 0.01"
                """)
        @Argument(help: "One SELECT.") var sql: String
        @OptionGroup var form: FormOptions

        func run() throws { form.print(try RunRecord.openHistory().query(sql)) }
    }
}
