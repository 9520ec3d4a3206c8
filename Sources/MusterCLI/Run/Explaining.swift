import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Gathers why a job or a run does not run or failed: from the history, the run's folder, its logs and the scheduler.
struct Explaining {
    private let record: RunRecord
    private let follower: Follower
    private let offline: Bool

    /// The most kinds of failures whose logs are read.
    private static let mostLogs = 20
    /// The most that is read of one log, from its end, in bytes.
    private static let mostOfLog: Int64 = 2 << 20

    /// - Parameter offline: Only the history is asked.
    init(_ record: RunRecord, offline: Bool) {
        (self.record, self.offline) = (record, offline)
        follower = Follower(record)
    }

    /// All of the run.
    func explainRun() async throws -> Explanation {
        try await catchUp()
        let jobs = try record.watched()
        let shared = try record.history.sharedRuns(of: record.summary.run).filter { row in
            !jobs.contains { $0.index == row.index }
        }
        let all = jobs + shared
        let groups = FailureGroup.groups(all.compactMap(\.failure))
        var explanation = Explanation(
            run: record.summary.run,
            standing: JobTable.summary(jobs, of: record.plan?.jobCount == 0 ? "stage runs" : "jobs"),
            hindrances: try await Hindrances(follower, offline: offline).all(jobs: jobs),
            failures: try await explained(groups, among: all))
        explanation.code = try record.history.code(of: record.summary.run).told
        return explanation
    }

    /// One job, with all attempts of it that failed.
    func explain(_ job: JobRecord) async throws -> Explanation {
        try await catchUp()
        let job = try record.job(job.id)
        let failures = job.attempts.compactMap(job.failure)
        var explanation = Explanation(
            run: record.summary.run, job: job.id, standing: Self.standing(job),
            hindrances: try await Hindrances(follower, offline: offline).all(of: job),
            failures: try await explained(FailureGroup.groups(failures), among: [job]))
        explanation.code = job.changedCode(try record.history.code(of: record.summary.run))
        return explanation
    }

    private func catchUp() async throws {
        guard !offline else { return }
        if record.summary.ended == nil { try await follower.catchUp() }
        // Which attempts were handed out stands in the run's folder alone.
        do {
            try await follower.readBook()
        } catch {
            Terminal.complain("what was handed out is not known: \(error)")
        }
    }

    /// `running on n1 in stage 'two', attempt 2 (oom_host: memory 4 GiB -> 6 GiB)`.
    private static func standing(_ job: JobRecord) -> String {
        if job.isCached { return "succeeded: the result of an earlier run was there already" }
        guard let last = job.attempts.last else { return "\(job.standing)" }
        var words = "\(job.standing)"
        if let node = last.node { words += " on \(node)" }
        if let stage = last.stages.last(where: { $0.ended == nil }), job.standing == .running {
            words += " in stage '\(stage.name)'"
        }
        if last.number > 1 { words += ", attempt \(last.number)" + (last.why.map { " (\($0))" } ?? "") }
        return words
    }
}

/// Why something failed.
extension Explaining {
    private func explained(_ groups: [FailureGroup], among jobs: [JobRecord]) async throws -> [ExplainedFailure] {
        let sizes = Sizes(follower.book?.blocks ?? [])
        let state = try record.history.state(of: record.summary.run)
        let situation = follower.situation(state)
        let (groups, found) = await readLogs(groups)
        var explained: [ExplainedFailure] = []
        for group in groups {
            let example = group.example
            guard let job = jobs.first(where: { $0.index == example.index }) else { continue }
            let asked = asked(example.key, sizes)
            var subject = Advice.Subject(
                run: record.summary.run, config: config, cluster: record.summary.cluster,
                asked: asked ?? Resources(), retry: record.plan?.retry ?? .standard)
            subject.checkpoints = Set(record.plan?.stages.filter { $0.checkpoint != nil }.map(\.name) ?? [])
            var failure = ExplainedFailure(
                group: group, lines: found[example.key]?.lines ?? [], asked: asked,
                distinctions: distinctions(of: group, among: jobs), outlook: outlook(of: example, situation),
                advice: Advice.behind(example, subject))
            try compare(job, example, &failure)
            explained.append(failure)
        }
        return explained
    }

    /// The config as a person in this folder would name it.
    private var config: String? {
        guard let path = record.summary.configPath else { return nil }
        let folder = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
    }

    private func asked(_ key: AttemptKey, _ sizes: Sizes) -> Resources? {
        guard let plan = follower.plan else { return nil }
        guard let size = sizes[key] ?? (plan.classes.count == 1 && key.generation == 0 ? 0 : nil) else { return nil }
        return plan[size].resources
    }

    /// The groups by what their logs tell, and of each example's attempt the lines that tell most.
    private func readLogs(_ groups: [FailureGroup]) async -> ([FailureGroup], [AttemptKey: ErrorLines]) {
        var (told, found): ([FailureGroup], [AttemptKey: ErrorLines]) = ([], [:])
        for (number, group) in groups.enumerated() {
            var group = group
            for failure in group.failures {
                found[failure.key] = failure.ending.tail.flatMap(ErrorLines.init(in:))
            }
            if number < Self.mostLogs, let lines = await errorLines(of: group.example) {
                found[group.example.key] = lines
                group.signature.line = FailureSignature.normalised(lines.decisive)
            }
            told.append(group)
        }
        return (FailureGroup.merged(told), found)
    }

    /// Out of the failing stage's log; nil where that can't be read or is empty.
    private func errorLines(of failure: Failure) async -> ErrorLines? {
        guard !offline, let log = try? await JobLogs(record, job: failure.index) else { return nil }
        let parts = log.parts.filter {
            $0.generation == failure.key.generation && $0.restart == failure.key.restart
                && (failure.stage.isEmpty || $0.stage == failure.stage)
        }
        let last = failure.ending.tail.flatMap(ErrorLines.init(in:))?.lines.last
        for part in parts.reversed() {
            guard let bytes = try? await log.bytes(of: part, most: Self.mostOfLog), !bytes.isEmpty else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            // Of several workers the last words tell whose log it is.
            if parts.count > 1, let last, !text.contains(last) { continue }
            if let lines = ErrorLines(in: text) { return lines }
        }
        return nil
    }

    private func distinctions(of group: FailureGroup, among jobs: [JobRecord]) -> [Distinction] {
        let failed = Set(group.failures.map(\.index))
        return Distinction.all(
            failed: jobs.filter { failed.contains($0.index) }.map(\.traits),
            succeeded: jobs.filter { $0.standing == .ended(.succeeded) && !$0.isCached }.map(\.traits))
    }

    private func compare(_ job: JobRecord, _ failure: Failure, _ explained: inout ExplainedFailure) throws {
        guard let plan = record.plan,
            let (worked, isSame) = try record.history.lastSuccess(of: job, in: record.summary), let before = worked.plan
        else { return }
        explained.reference = ExplainedFailure.Reference(run: worked.run, job: worked.id, isSame: isSame)
        explained.changes = PlanChange.between(
            PlanChange.Side(plan: before, scene: worked.scene, point: worked.point, node: worked.node),
            PlanChange.Side(plan: plan, scene: job.scene, point: job.point, node: failure.node))
    }

    private func outlook(of failure: Failure, _ situation: Steward.Situation?) -> String? {
        guard let situation, let row = situation.rows.first(where: { $0.index == failure.index }) else { return nil }
        switch Steward.outlook(of: row, in: situation) {
        case .owed(let handout):
            return "another attempt is owed" + (handout.terms.why.map { " (\($0))" } ?? "")
                + ", which whoever watches the run hands out"
        case .closed(let why): return why.map { "no further attempt: \($0)" }
        case .open: return situation.state.ended == nil ? "another attempt may follow, or has begun" : nil
        }
    }
}
