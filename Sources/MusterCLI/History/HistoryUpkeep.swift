import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

extension HistoryCommand {
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take over what another history knows, each fact once.",
            discussion: "The other is only read. Importing it again brings what has come since.")
        @Argument(help: "A state folder, its history.sqlite, or an outbox or journal of facts (.jsonl).")
        var paths: [String]

        func run() throws {
            let history = try RunRecord.openHistory()
            for path in paths {
                let place = Places.absolute(path)
                let tally: ImportTally
                if place.hasSuffix(".jsonl") {
                    let bytes = try Data(contentsOf: URL(filePath: place))
                    tally = try history.merge(lines: bytes.split(separator: UInt8(ascii: "\n")))
                } else {
                    tally = try history.merge(place)
                }
                let unreadable = tally.unreadable > 0 ? ", \(tally.unreadable) could not be read" : ""
                Terminal.complain(
                    "\(path): \(tally.newRuns.count) new runs, \(tally.grown.count) grew; \(tally.facts) facts were new, \(tally.known) known\(unreadable)"
                )
            }
        }
    }

    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take away the facts of ended runs; their jobs, attempts and stages stay.",
            discussion: "A pruned run can be rebuilt from its run folder alone.")
        @Argument(help: "The runs' ids or unique beginnings of them; without any, those that the options name.")
        var names: [String] = []
        @OptionGroup var filter: FilterOptions
        @Flag(help: "Do not ask.") var yes = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let filter = try filter.filter(now: .now)
            guard !names.isEmpty || filter != RunFilter() else {
                throw ExitStatus.usage("name the runs, or say which are meant: --until 90d takes all that are older")
            }
            let runs = names.isEmpty ? try history.runs(filter).map(\.run) : try names.map { try history.run($0).run }
            let due = try history.prunable(runs)
            guard !due.runs.isEmpty else {
                return Terminal.complain("no ended run is meant that has facts: nothing to do")
            }
            let what = "\(due.facts) facts (\(ByteCount(due.bytes))) of \(due.runs.count) runs"
            if !yes {
                guard Terminal.inputIsTerminal else {
                    throw ExitStatus.usage("this takes away \(what); to do so: add --yes")
                }
                guard Terminal.confirm("Take away \(what)? Jobs, attempts and stages stay.") else {
                    throw ExitStatus.incomplete("nothing was taken away")
                }
            }
            let tally = try history.prune(due.runs)
            Terminal.complain("took away \(tally.facts) facts (\(ByteCount(tally.bytes))) of \(tally.runs.count) runs")
        }
    }
}
