import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a job, or a run, does not run or why it failed, what changed, and what to do.")
    @Argument(help: "A job's id, or a run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Option(help: "The run of the job: its id, a unique beginning of it, or 'last'.") var run = "last"
    @Flag(help: "Ask nobody: neither the scheduler nor the logs, only the history.") var offline = false
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let (record, job) = try await find()
        let explaining = Explaining(record, offline: offline)
        let explanation =
            if let job { try await explaining.explain(try record.job(job)) } else { try await explaining.explainRun() }
        Terminal.print(
            json ? explanation.json.line : ExplanationText.lines(explanation).map(\.visible).joined(separator: "\n"))
    }

    /// A run by its whole id, else a job, else a run by the beginning of its id.
    private func find() async throws -> (RunRecord, job: String?) {
        let history = try RunRecord.openHistory()
        let isRun = try name == "last" || history.runs().contains { $0.run == name }
        if isRun { return (try await RunRecord.open(name), nil) }
        if let summary = try? history.run(run) {
            let jobs = try history.jobs(of: summary.run) + history.sharedRuns(of: summary.run)
            if jobs.contains(where: { $0.id == name }) { return (try await RunRecord.open(summary.run), name) }
        }
        guard let summary = try? history.run(name) else {
            // What it is not is said with the nearest job's name.
            _ = try await RunRecord.open(run).job(name)
            throw HistoryError.noSuchRun(name)
        }
        return (try await RunRecord.open(summary.run), nil)
    }
}
