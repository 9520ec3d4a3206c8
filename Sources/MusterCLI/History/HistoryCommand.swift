import ArgumentParser
import MusterCore
import MusterHistory

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Look into the history of runs.",
        subcommands: [
            List.self, Show.self, Export.self, Query.self, Compare.self, Import.self, Prune.self, Rebuild.self,
        ], defaultSubcommand: List.self)

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

    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make all tables again from the facts.",
            discussion: "Runs whose facts were pruned stay as they are.")

        func run() throws {
            let (folded, unreadable) = try RunRecord.openHistory().rebuild()
            Terminal.complain("\(folded) facts folded, \(unreadable) could not be read")
        }
    }
}
