import ArgumentParser
import Foundation
import MusterCluster
import MusterCore
import MusterHistory

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show where the jobs of a run stand, with the last words of those that failed."
    )
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Ask nobody: show what the history knows.") var offline = false
    @Flag(help: "Print the run as 'history show --json' does.") var json = false

    func run() async throws {
        let record = try await RunRecord.open(name)
        if !offline, record.summary.ended == nil { try await Follower(record).catchUp() }
        let jobs = try record.watched()
        if json {
            Terminal.print(try record.history.report(of: record.summary.run).line)
        } else {
            let what = record.plan?.jobCount == 0 ? "stage runs" : "jobs"
            Terminal.print(
                "\(record.summary.run) on \(record.summary.cluster)\n\(JobTable.text(jobs))\n\(JobTable.summary(jobs, of: what))"
            )
            if let shared = try sharedRuns(record) { Terminal.print(shared) }
            for disk in try record.history.state(of: record.summary.run).fullDisks.values where !disk.isOver {
                let figures = disk.free.flatMap { free in
                    disk.total.map { "\(ByteCount(free)) of \(ByteCount($0)) free" }
                }
                Terminal.print(
                    "no space left in \(disk.path.visible)\(figures.map { " (\($0))" } ?? ""): jobs wait there and go on by themselves once there is"
                )
            }
            if let waiting = try waiting(record) { Terminal.print(waiting) }
            for job in jobs {
                guard let tail = job.attempts.last?.ending?.tail, !tail.isEmpty else { continue }
                Terminal.print("\n\(job.id.visible), last words:")
                Terminal.print(tail.split(separator: "\n").suffix(10).map { "  \($0.visible)" }.joined(separator: "\n"))
            }
        }
        if jobs.contains(where: { $0.standing.outcome != nil && $0.standing != .ended(.succeeded) }) {
            throw ExitStatus.someFailed
        }
    }
}

extension StatusCommand {
    /// How the stage runs stand that several jobs share, with those that did not succeed; nil where there are none.
    private func sharedRuns(_ record: RunRecord) throws -> String? {
        let runs = try record.history.sharedRuns(of: record.summary.run)
        guard !runs.isEmpty, record.plan?.jobCount != 0 else { return nil }
        let failed = runs.filter { $0.standing.outcome != nil && $0.standing != .ended(.succeeded) }
        let words = JobTable.summary(runs, of: "shared stage runs")
        return ([words] + failed.map { "  \($0.id.visible): \($0.standing)" }).joined(separator: "\n")
    }

    /// What nobody will begin unless somebody submits for it.
    private func waiting(_ record: RunRecord) throws -> String? {
        guard record.summary.ended == nil, let plan = record.plan else { return nil }
        let state = try record.history.state(of: record.summary.run)
        guard state.ended == nil, !Steward.waitingParts(state, plan: plan).isEmpty else { return nil }
        let count = Steward.jobsNotBegun(state, plan: plan)
        return count == 0
            ? nil
            : "\(count) jobs were not begun, and some have no element yet: muster watch \(plan.run) submits for them"
    }
}

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
            Terminal.complain("--- \(row.id) \(part.stage) (\(part.lane))")
            try? FileHandle.standardOutput.write(contentsOf: Data(try await logs.bytes(of: part)))
        }
        if parts.isEmpty { Terminal.complain("no finished stage of '\(job)' has a log yet") }
    }
}

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

struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Bring a run's results home: what the config says under 'collect'.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Replace files at home that differ.") var force = false

    func run() async throws {
        try await Collecting.collect(try await RunRecord.open(name), force: force)
    }
}
