import ArgumentParser
import Foundation
import MusterCluster
import MusterCore
import MusterHistory

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "What a run did, what it used of what it asked for, and what to ask for next time.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "One HTML file instead of Markdown.") var html = false
    @Flag(help: "One JSON object instead of Markdown.") var json = false
    @Option(name: [.short, .long], help: "Write it to this file.") var output: String?
    @Flag(help: "Ask nobody: report what the history knows.") var offline = false

    func validate() throws {
        if html, json { throw ValidationError("a report is --html or --json, not both") }
    }

    func run() async throws {
        let report = try await RunReports.make(name, offline: offline)
        let text =
            json
            ? report.json.line + "\n"
            : html ? HTML.text(ReportDocument(report).document) : Markdown.text(ReportDocument(report).document)
        guard let output else { return Terminal.print(String(text.dropLast())) }
        do {
            try Data(text.utf8).write(to: URL(filePath: output), options: .atomic)
        } catch {
            throw ExitStatus(
                code: 1, text: "error: cannot write the report to '\(output)': \(error.localizedDescription)")
        }
    }
}

/// Makes reports of runs.
enum RunReports {
    /// Of the run with this id, brought up to date unless `offline` or it is over.
    ///
    /// With several sizes the run's folder tells which job has which; where that is gone they are left out.
    static func make(_ name: String, offline: Bool) async throws -> RunReport {
        let history = try RunRecord.openHistory()
        let summary = try history.run(name)
        if try offline || summary.ended != nil && hasOneSize(summary, history) {
            return try report(of: summary, in: history, book: nil)
        }
        let record = try await RunRecord.open(summary.run)
        let follower = Follower(record)
        if summary.ended == nil { try await follower.catchUp() }
        do {
            try await follower.readBook()
        } catch {
            Terminal.complain("the sizes of jobs are not known: \(error)")
        }
        return try report(of: try history.run(summary.run), in: history, book: follower.book)
    }

    /// What the history knows of a run; `book` tells which attempt had which size.
    static func report(of summary: RunSummary, in history: History, book: ClaimBook?) throws -> RunReport {
        let plan = summary.plan.map { $0.extended(by: book?.classes ?? []) }
        let sizes = Sizes(book?.blocks ?? [])
        return try history.runReport(of: summary, plan: plan, size: { sizes[$0] }, now: summary.ended ?? .now)
    }

    /// All attempts of a run had the one size of its plan.
    static func hasOneSize(_ summary: RunSummary, _ history: History) throws -> Bool {
        guard summary.plan?.classes.count == 1 else { return false }
        return try history.lastGeneration(of: summary.run) == 0
    }
}
