import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print what a job's stages wrote.")
    @Argument(help: "The job's id, such as sigma-2/scene_001.") var job: String
    @Option(help: "The run's id, a unique beginning of it, or 'last'.") var run = "last"
    @Option(help: "Only this stage.") var stage: String?

    func run() async throws {
        let record = try await RunRecord.open(run)
        let jobs =
            try record.history.jobs(of: record.summary.run) + record.history.sharedRuns(of: record.summary.run)
        guard let row = jobs.first(where: { $0.id == job }) else {
            let near = Suggestion.nearest(to: job, in: jobs.map(\.id)).map { "; did you mean '\($0)'?" } ?? ""
            throw ExitStatus.usage("the run '\(record.summary.run)' has no job '\(job)'\(near)")
        }
        let logs = try await JobLogs(record, job: row.index)
        let parts = logs.parts.filter { stage == nil || stage == $0.stage }
        for part in parts {
            Terminal.complain("--- \(row.id) \(part.name) (\(part.lane))")
            try? FileHandle.standardOutput.write(contentsOf: Data(try await logs.bytes(of: part)))
        }
        if parts.isEmpty { Terminal.complain("no finished stage of '\(job)' has a log yet") }
    }
}
