import MusterCluster
import MusterCore
import MusterHistory

/// What keeps the jobs of a run from running.
struct Hindrances {
    private let follower: Follower
    private let offline: Bool
    private var record: RunRecord { follower.record }
    private var run: String { record.summary.run }

    /// - Parameter offline: The scheduler is not asked.
    init(_ follower: Follower, offline: Bool) { (self.follower, self.offline) = (follower, offline) }

    /// Of the whole run; nothing of one that is over.
    func all(jobs: [JobRecord]) async throws -> [Hindrance] {
        let state = try record.history.state(of: run)
        guard state.ended == nil else { return [] }
        // What was handed out is only known from the run's folder.
        let waits = follower.situation(state).map { Steward.waits($0, isComplete: follower.book != nil) }
        var found = waits?.hindrances(of: run, limit: record.submitLimit) ?? []
        let isOpen = jobs.contains { $0.standing.outcome == nil }
        if isOpen { found += try await waiting(state, jobs: jobs) }
        return found + surroundings(state)
    }

    /// Of one job; nothing of one that runs or is over.
    func all(of job: JobRecord) async throws -> [Hindrance] {
        guard job.standing.outcome == nil, job.standing != .running else { return [] }
        return try await all(jobs: [job])
    }

    /// What the scheduler and muster's own order wait for.
    private func waiting(_ state: RunState, jobs: [JobRecord]) async throws -> [Hindrance] {
        var found: [Hindrance] = []
        let handedOver = Follower.handedOver(state)
        if !offline, !handedOver.isEmpty {
            do {
                found += try await record.site.scheduler.hindrances(of: handedOver, in: record.paths)
                let calls = await record.site.scheduler.takeCalls()
                if !calls.isEmpty { try follower.voice.tell([.schedulerCalls(calls)]) }
            } catch {
                found.append(Hindrance(what: "the scheduler can't be asked", words: "\(error)"))
            }
        }
        if record.site.cluster.backend == .local, state.agents.isEmpty, !handedOver.isEmpty {
            let others = try record.history.runs().filter {
                $0.run != run && $0.cluster == record.summary.cluster && $0.ended == nil && $0.running > 0
            }
            let names = others.map(\.run).joined(separator: ", ")
            found.append(
                Hindrance(
                    what: "the machine runs one run at a time",
                    words: others.isEmpty ? "its agent has not begun yet" : "it is in use by \(names)"))
        }
        let shared = try record.history.sharedRuns(of: run).filter { $0.standing.outcome == nil }
        if !shared.isEmpty, jobs.contains(where: { $0.standing.outcome == nil && $0.attempts.isEmpty }) {
            found.append(
                Hindrance(
                    what: "\(shared.count) shared stage runs have not ended",
                    words: "jobs that take their products begin behind them"))
        }
        return found + canaries(jobs)
    }

    private func canaries(_ jobs: [JobRecord]) -> [Hindrance] {
        guard let plan = record.plan, plan.canaries > 0, let blocks = follower.book?.blocks,
            let all = try? record.history.jobs(of: run)
        else { return [] }
        let canaries = Set(blocks.filter(\.terms.isCanary).flatMap(\.jobs))
        let open = all.filter { canaries.contains($0.index) && $0.standing != .ended(.succeeded) }
        guard !open.isEmpty, jobs.contains(where: { !canaries.contains($0.index) }) else { return [] }
        return [
            Hindrance(
                what: "\(open.count) of \(canaries.count) canaries have not succeeded",
                words: "no other job begins before: \(open.prefix(3).map(\.id).joined(separator: ", "))")
        ]
    }

    /// Nodes and disks.
    private func surroundings(_ state: RunState) -> [Hindrance] {
        let sick = state.sickNodes.sorted { $0.key < $1.key }.map { node, sick in
            Hindrance(what: "nothing more is begun on the node '\(node)', which is sick", words: sick.reason)
        }
        let full = state.fullDisks.values.filter { !$0.isOver }.map { disk in
            Hindrance(
                what: "no space is left in '\(disk.path)'",
                words: "jobs wait there and go on by themselves once there is",
                advice: [Advice("make room; what lies there", command: "du -xsh \(ShellWord.quote(disk.path))")])
        }
        return sick + full.sorted { $0.what < $1.what }
    }
}
