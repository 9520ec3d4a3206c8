import ArgumentParser
import MusterCluster
import MusterCore
import MusterHistory

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "End all jobs of a run.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"

    func run() async throws {
        let record = try await RunRecord.open(name)
        guard record.summary.ended == nil else {
            Terminal.complain("\(record.summary.run) has ended already")
            return
        }
        let voice = Voice(run: record.summary.run, history: record.history)
        try voice.tell([.cancelRequested(jobs: [])])
        try await record.site.host.write([HostFile(path: "cancelled", text: "")], to: record.paths.folder)
        let ids = try record.history.state(of: record.summary.run).submissions.values.compactMap(\.schedulerID)
        try await record.site.scheduler.cancel(ids, in: record.paths)
        let calls = await record.site.scheduler.takeCalls()
        if !calls.isEmpty { try voice.tell([.schedulerCalls(calls)]) }
        Terminal.complain("cancelled \(record.summary.run)")
    }
}
