import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a run to its end. Ctrl-C stops watching, not the run.",
        discussion: "In a terminal a screen with keys: ? tells them. Elsewhere a line for each job's end.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Print a JSON object a line for whatever changes, at first for everything.") var json = false
    @Flag(help: "Lines also in a terminal.") var plain = false
    @Flag(help: "Lift the run's halt first: go on although too many jobs failed, or a canary did.") var lift = false

    @Flag(help: "Lead the run although somebody else does: submit, retry and top up from here.") var takeOver = false

    func run() async throws {
        if lift { try await Follower.lift(try await RunRecord.open(name)) }
        if !json, !plain, FullScreen.isPossible {
            try await WatchSession(name, takeOver: takeOver).show()
        } else {
            try await Watching.watch(name, takeOver: takeOver, json: json)
        }
        let record = try await RunRecord.open(name)
        let jobs = try record.watched()
        if json {
            let run = record.summary.run
            try WatchOutput.write([WatchStream.end(run, report: try record.history.report(of: run))])
        } else {
            Terminal.print(JobTable.text(jobs))
            for line in try JobTable.gpuWords(jobs, of: record) { Terminal.complain(line.visible) }
        }
        if let status = JobTable.status(jobs) { throw status }
    }
}

/// Watching in lines: Ctrl-C detaches and says so.
enum Watching {
    static func watch(_ name: String, takeOver: Bool = false, json: Bool = false) async throws {
        let record = try await RunRecord.open(name)
        signal(SIGINT, SIG_IGN)
        let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        let work = Task { @Sendable () async throws in
            try await follow(record.summary.run, takeOver, json)
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

    private static func follow(_ name: String, _ takeOver: Bool, _ json: Bool) async throws {
        let record = try await RunRecord.open(name)
        if json { return try await tell(record, takeOver) }
        let progress = Progress(
            run: name, stages: record.plan?.stages.map(\.name) ?? [], history: record.history)
        try await Follower(record, takeOver: takeOver).follow { try progress.show($0) }
    }

    /// Changes as JSON: what the history has at once, then what comes.
    private static func tell(_ record: RunRecord, _ takeOver: Bool) async throws {
        let models = WatchModels(record.history, record.summary)
        var stream = WatchStream()
        if let model = try models.next() { try WatchOutput.write(stream.changes(model)) }
        let follower = Follower(record, takeOver: takeOver)
        try await follower.follow { jobs in
            if let model = try models.next(jobs, follower.latest) { try WatchOutput.write(stream.changes(model)) }
        }
        if let model = try models.next() { try WatchOutput.write(stream.changes(model)) }
    }
}
