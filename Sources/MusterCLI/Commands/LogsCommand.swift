import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a job's stages wrote, of its latest attempt; -f follows them.")
    @Argument(help: "The job's id, such as sigma-2/scene_001.") var job: String
    @Option(help: "The run's id, a unique beginning of it, or 'last'.") var run = "last"
    @Option(help: "Only this stage.") var stage: String?
    @Option(help: "This attempt of the job, from 1, instead of the latest.") var attempt: Int?
    @Flag(name: [.short, .long], help: "Go on with what is written until the job has its end.") var follow = false

    func run() async throws {
        let record = try await RunRecord.open(run)
        let follower = Follower(record)
        if record.summary.ended == nil { try await follower.catchUp() }
        let row = try record.job(job)
        try check(row, of: record)
        let reader = LogReader(record, job: row.index, stage: stage)
        let (wanted, number) = (try chosen(row), attempt)
        var hasSaid = false
        var count = 0
        while true {
            // Asked first: what is written before the end is there when it is read behind that.
            let isOver = follow ? try await isOver(follower, index: row.index) : true
            count += try await reader.show { generation, restart in
                number == nil && wanted.map { ($0.generation, $0.restart) <= (generation, restart) } ?? true
                    || wanted.map { ($0.generation, $0.restart) == (generation, restart) } ?? false
            }
            if isOver { break }
            if count == 0, !hasSaid { Terminal.complain("waiting until '\(job.visible)' writes something") }
            hasSaid = true
            try await Task.sleep(for: .seconds(1))
            try await follower.catchUp()
        }
        if count == 0 { Terminal.complain("no stage of '\(job.visible)' has written anything yet") }
    }

    private func check(_ row: JobRecord, of record: RunRecord) throws {
        guard let stage, let stages = record.plan?.stages.map(\.name), !stages.isEmpty, !stages.contains(stage) else {
            return
        }
        let near = Suggestion.nearest(to: stage, in: stages).map { "; did you mean '\($0)'?" } ?? ""
        throw ExitStatus.usage(
            "the run '\(record.summary.run)' has no stage '\(stage)'; it has: \(stages.joined(separator: ", "))\(near)")
    }

    /// The attempt to begin with; nil for a job without any.
    private func chosen(_ row: JobRecord) throws -> AttemptKey? {
        guard let attempt else { return row.attempts.last?.key }
        guard let found = row.attempts.first(where: { $0.number == attempt }) else {
            let has =
                row.attempts.isEmpty
                ? "no attempt of it has begun" : "it has \(row.attempts.count), numbered from 1"
            throw ExitStatus.usage("'\(row.id)' has no attempt \(attempt): \(has)")
        }
        return found.key
    }

    /// Whether nothing more is to come of the job, or of the attempt that was asked for.
    private func isOver(_ follower: Follower, index: Int) async throws -> Bool {
        let record = follower.record
        let state = try record.history.state(of: record.summary.run)
        if state.ended != nil || state.jobs[index]?.isCached == true { return true }
        if let attempt {
            let attempts = state.jobs[index]?.attempts ?? []
            return attempts.indices.contains(attempt - 1) && attempts[attempt - 1].ending != nil
        }
        guard let outcome = state.standing(of: index).outcome else { return false }
        if outcome == .succeeded { return true }
        try await follower.readBook()
        guard let situation = follower.situation(state), let row = situation.rows.first(where: { $0.index == index })
        else { return true }
        return !Steward.isOpen(row, in: situation)
    }
}

extension RunRecord {
    /// The job of the run with this id, or the shared stage run.
    func job(_ id: String) throws -> JobRecord {
        let all = try history.jobs(of: summary.run) + history.sharedRuns(of: summary.run)
        if let job = all.first(where: { $0.id == id }) { return job }
        let near = Suggestion.nearest(to: id, in: all.map(\.id)).map { "; did you mean '\($0)'?" } ?? ""
        throw ExitStatus.usage("the run '\(summary.run)' has no job '\(id)'\(near)")
    }
}
