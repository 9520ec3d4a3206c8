import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a run to its end. Ctrl-C stops watching, not the run.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "At the end print the run as 'history show --json' does.") var json = false
    @Flag(help: "Lift the run's halt first: go on although too many jobs failed, or a canary did.") var lift = false

    @Flag(help: "Lead the run although somebody else does: submit, retry and top up from here.") var takeOver = false

    func run() async throws {
        let record = try await RunRecord.open(name)
        if lift { try await Follower.lift(record) }
        try await Watching.watch(record.summary.run, takeOver: takeOver)
        let jobs = try record.watched()
        Terminal.print(json ? try record.history.report(of: record.summary.run).line : JobTable.text(jobs))
        if !json { for line in try JobTable.gpuWords(jobs, of: record) { Terminal.complain(line.visible) } }
        if let status = JobTable.status(jobs) { throw status }
    }
}

/// Watching at a terminal: Ctrl-C detaches and says so.
enum Watching {
    static func watch(_ name: String, takeOver: Bool = false) async throws {
        let record = try await RunRecord.open(name)
        signal(SIGINT, SIG_IGN)
        let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        let work = Task { @Sendable () async throws in
            try await follow(record.summary.run, takeOver)
        }
        interrupt.setEventHandler { work.cancel() }
        interrupt.resume()
        defer {
            interrupt.cancel()
            signal(SIGINT, SIG_DFL)
            Terminal.endProgress()
        }
        do {
            try await work.value
        } catch is CancellationError {
            Terminal.endProgress()
            Terminal.complain(
                "no longer watching; the run goes on. To see it again: muster watch \(record.summary.run)")
            throw ExitStatus.interrupted
        }
    }

    private static func follow(_ name: String, _ takeOver: Bool) async throws {
        let record = try await RunRecord.open(name)
        let progress = Progress(
            run: name, stages: record.plan?.stages.map(\.name) ?? [], history: record.history)
        try await Follower(record, takeOver: takeOver).follow { try progress.show($0) }
    }
}
