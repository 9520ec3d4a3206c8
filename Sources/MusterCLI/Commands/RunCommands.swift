import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Submit a config, watch it to its end, bring its results home.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Start another run although one of this sweep has not ended.") var new = false
    @Flag(help: "Print the run as 'history show --json' does.") var json = false
    @Flag(help: "Submit nothing: print the plan, or for a config of My3DIS what its own dry run prints.") var dryRun =
        false

    func run() async throws {
        let start = ClientRecords.begin(options)
        if dryRun { return try await DryRun.print(options, json: json) }
        let name: String
        do {
            name = try await Submitter.submit(options, new: new)
        } catch {
            ClientRecords.failed(start, error)
            throw error
        }
        Terminal.complain("run \(name)")
        try await Watching.watch(name)
        let record = try await RunRecord.open(name)
        try await Collecting.collect(record, force: false)
        let jobs = try record.history.jobs(of: name)
        Terminal.print(json ? try record.history.report(of: name).line : JobTable.text(jobs))
        if !json {
            for line in try JobTable.gpuWords(jobs, of: record) { Terminal.complain(line.visible) }
            Terminal.complain(JobTable.summary(jobs))
            Terminal.complain("results: \(record.summary.home ?? "-")\nhistory: \(record.history.path)")
        }
        if let status = JobTable.status(jobs) { throw status }
    }
}

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Submit a config and print the run's id.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Start another run although one of this sweep has not ended.") var new = false

    func run() async throws {
        Terminal.print(try await Submitter.submit(options, new: new))
    }
}

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a run to its end. Ctrl-C stops watching, not the run.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "At the end print the run as 'history show --json' does.") var json = false
    @Flag(help: "Lift the run's halt first: go on although too many jobs failed, or a canary did.") var lift = false

    func run() async throws {
        let record = try await RunRecord.open(name)
        if lift { try await Follower.lift(record) }
        try await Watching.watch(record.summary.run)
        let jobs = try record.watched()
        Terminal.print(json ? try record.history.report(of: record.summary.run).line : JobTable.text(jobs))
        if !json { for line in try JobTable.gpuWords(jobs, of: record) { Terminal.complain(line.visible) } }
        if let status = JobTable.status(jobs) { throw status }
    }
}

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait for a run's end and say by the exit status how it went.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Option(help: "Give up after this time (90s, 30m, 2h) with status 6.") var timeout: String?

    func run() async throws {
        var deadline: Date?
        if let timeout {
            guard let span = WallTime(parsing: timeout) else {
                throw ExitStatus.usage("--timeout '\(timeout)' is no time such as 90s, 30m or 2h")
            }
            deadline = Date() + Double(span.seconds)
        }
        let record = try await RunRecord.open(name)
        try await Follower(record).follow(until: deadline) { _ in }
        if let status = JobTable.status(try record.watched()) { throw status }
    }
}

/// Watching at a terminal: Ctrl-C detaches and says so.
enum Watching {
    static func watch(_ name: String) async throws {
        let record = try await RunRecord.open(name)
        signal(SIGINT, SIG_IGN)
        let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        let work = Task { @Sendable () async throws in
            try await follow(record.summary.run)
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

    private static func follow(_ name: String) async throws {
        let record = try await RunRecord.open(name)
        let progress = Progress(
            run: name, stages: record.plan?.stages.map(\.name) ?? [], history: record.history)
        try await Follower(record).follow { try progress.show($0) }
    }
}
