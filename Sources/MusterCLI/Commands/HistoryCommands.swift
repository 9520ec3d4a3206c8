import ArgumentParser
import MusterCore
import MusterHistory

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Look into the history of runs.",
        subcommands: [List.self, Show.self, Export.self, Rebuild.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all runs, the latest last.")
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let runs = try RunRecord.openHistory().runs()
            if json {
                Terminal.print(HistoryReport.list(runs).line)
                return
            }
            var table = Table(
                header: ["RUN", "CLUSTER", "STARTED", "JOBS", "SUCCEEDED", "FAILED", "OPEN"], right: [3, 4, 5, 6])
            for run in runs {
                table.rows.append([
                    run.run, run.cluster, run.started.map { "\($0)" } ?? "-", "\(run.jobCount)", "\(run.succeeded)",
                    "\(run.failed)", "\(run.running + run.waiting)",
                ])
            }
            Terminal.print(table.text)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one run.")
        @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let summary = try history.run(name)
            Terminal.print(
                json
                    ? try history.report(of: summary.run).line
                    : "\(summary.run) on \(summary.cluster)\n\(JobTable.text(try history.jobs(of: summary.run)))")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print one run as CSV.")
        @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
        @Flag(help: "As CSV, the only form there is.") var csv = false

        func run() throws {
            let history = try RunRecord.openHistory()
            print(try history.exportCSV(try history.run(name).run), terminator: "")
        }
    }

    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make all tables again from the facts.")

        func run() throws {
            let (folded, unreadable) = try RunRecord.openHistory().rebuild()
            Terminal.complain("\(folded) facts folded, \(unreadable) could not be read")
        }
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { Terminal.print("muster \(musterVersion)") }
}
