import ArgumentParser
import Foundation
import MusterCluster
import MusterCore
import MusterHistory

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show on one screen where the jobs of a run stand, and how those failed that did."
    )
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Ask nobody: show what the history knows.") var offline = false
    @Flag(help: "All jobs and all lines, however many they are.") var all = false
    @Flag(help: "Print the run as 'history show --json' does.") var json = false

    /// The most jobs that are shown one by one, and the most failures with their own last words.
    private static let mostJobs = 12, mostFailures = 3

    func run() async throws {
        let record = try await RunRecord.open(name)
        if !offline, record.summary.ended == nil { try await Follower(record).catchUp() }
        let jobs = try record.watched()
        if json {
            Terminal.print(try record.history.report(of: record.summary.run).line)
        } else {
            Terminal.print(
                try await screen(record, jobs).lines(most: all ? nil : Screen.height).joined(separator: "\n"))
        }
        if jobs.contains(where: { $0.standing.outcome != nil && $0.standing != .ended(.succeeded) }) {
            throw ExitStatus.someFailed
        }
    }

    private func screen(_ record: RunRecord, _ jobs: [JobRecord]) async throws -> Screen {
        var screen = Screen()
        let what = record.plan?.jobCount == 0 ? "stage runs" : "jobs"
        let login = record.summary.details["login_node"]?.string.map { ", submitted from \($0.visible)" } ?? ""
        screen.add(["\(record.summary.run) on \(record.summary.cluster)\(login)"])
        // Of many jobs those that run are shown; the others are counted.
        let shown = all || jobs.count <= Self.mostJobs ? jobs : jobs.filter { $0.standing == .running }
        if !shown.isEmpty { screen.add(JobTable.text(shown).split(separator: "\n").map(String.init)) }
        screen.add([JobTable.summary(jobs, of: what)])
        screen.add(try forecast(record, jobs))
        if let shared = try sharedRuns(record) { screen.add(shared.split(separator: "\n").map(String.init)) }
        let state = try record.history.state(of: record.summary.run)
        screen.add(
            state.sickNodes.sorted { $0.key < $1.key }.map { node, sick in
                "node \(node.visible) is sick, so nothing more is begun there: \(sick.reason.visible)"
            })
        screen.add(state.code.told.map { "warning: \($0.words)".visible })
        for disk in state.fullDisks.values where !disk.isOver {
            let figures = disk.free.flatMap { free in
                disk.total.map { "\(ByteCount(free)) of \(ByteCount($0)) free" }
            }
            screen.add([
                "no space left in \(disk.path.visible)\(figures.map { " (\($0))" } ?? ""): jobs wait there and go on by themselves once there is"
            ])
        }
        screen.add(try await waiting(record).flatMap { $0.split(separator: "\n").map(String.init) })
        screen.add(try JobTable.gpuWords(jobs, of: record).map(\.visible))
        failures(jobs, run: record.summary.run, on: &screen)
        return screen
    }

    /// The last words of a few jobs, each by itself; of many what they have in common.
    private func failures(_ jobs: [JobRecord], run: String, on screen: inout Screen) {
        let told = jobs.filter { !($0.attempts.last?.ending?.tail ?? "").isEmpty }
        let failures = jobs.compactMap(\.failure)
        guard !all, max(told.count, failures.count) > Self.mostFailures else {
            for job in told {
                let lines = (job.attempts.last?.ending?.tail ?? "").split(separator: "\n").suffix(10)
                screen.add(["", "\(job.id.visible), last words:"] + lines.map { "  \($0.visible)" })
            }
            return
        }
        let groups = FailureGroup.groups(failures)
        guard !groups.isEmpty else { return }
        let lines = groups.flatMap { group in
            let jobs = ExplanationText.list(group.failures.map(\.job), most: 4)
            return ["  \(group.failures.count) x \(group.signature.text)".visible, "      \(jobs)".visible]
        }
        screen.add([""] + ["how they failed; why, and what to do: muster explain \(ShellWord.quote(run))"] + lines)
    }
}

extension StatusCommand {
    /// How far the run is, each node and each job that runs; empty when nothing runs.
    private func forecast(_ record: RunRecord, _ jobs: [JobRecord]) throws -> [String] {
        guard jobs.contains(where: { $0.standing == .running }), let plan = record.plan else { return [] }
        let stages = plan.stages.map(\.name)
        let forecast = try record.history.forecast(of: record.summary.run, jobs: jobs, stages: stages)
        var lines = ["run: \(Progress.words(forecast.sweep))"]
        for (node, part) in forecast.nodes.sorted(by: { $0.key < $1.key }) {
            lines.append("node \(node.visible): \(Progress.words(part))")
        }
        for job in jobs {
            guard let part = forecast.jobs[job.index] else { continue }
            let running = Progress.stages(of: job.index, forecast, in: stages).joined(separator: "; ")
            lines.append("\(job.id.visible): \(Progress.words(part)) (\(running))")
        }
        return lines
    }

    /// How the stage runs stand that several jobs share, with those that did not succeed; nil where there are none.
    private func sharedRuns(_ record: RunRecord) throws -> String? {
        let runs = try record.history.sharedRuns(of: record.summary.run)
        guard !runs.isEmpty, record.plan?.jobCount != 0 else { return nil }
        let failed = runs.filter { $0.standing.outcome != nil && $0.standing != .ended(.succeeded) }
        let words = JobTable.summary(runs, of: "shared stage runs")
        return ([words] + failed.map { "  \($0.id.visible): \($0.standing)" }).joined(separator: "\n")
    }

    /// What nobody will begin unless somebody does something.
    private func waiting(_ record: RunRecord) async throws -> [String] {
        let state = try record.history.state(of: record.summary.run)
        let follower = Follower(record)
        // Which attempts were handed out stands in the run's folder alone.
        if !offline { try? await follower.readBook() }
        guard let situation = follower.situation(state) else { return [] }
        var lines: [String] = []
        if state.ended == nil {
            if !offline, let look = try? await LeaseFolder(paths: record.paths).look(on: record.site.host),
                let lease = look.lease, !lease.isGivenBack, lease.expires > look.now
            {
                lines.append("\(lease.who.visible) leads this run, until \(lease.expires) unless renewed")
            }
            lines += Steward.waits(situation, isComplete: follower.book != nil).lines(of: record.summary.run)
        }
        return lines + givenUp(situation)
    }

    /// Why jobs get no further attempt although their cause has a rule.
    private func givenUp(_ situation: Steward.Situation) -> [String] {
        let lines = situation.rows.compactMap { row -> String? in
            guard case .closed(let why?) = Steward.outlook(of: row, in: situation) else { return nil }
            return "\(row.id): no further attempt: \(why)".visible
        }
        return Array(lines.prefix(10)) + (lines.count > 10 ? ["... and \(lines.count - 10) more"] : [])
    }
}
