import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterSlurm

/// What a steward does without asking the scheduler: another attempt for jobs that agents saw end.
extension Follower {
    /// Time between two looks at what is owed, in seconds.
    private static let retryPause = 2.0

    /// The run's plan with the classes that retries added, as far as they were read.
    var plan: RunPlan? { record.plan.map { $0.extended(by: book?.classes ?? []) } }

    /// Reads blocks, claims and classes anew.
    func readBook() async throws { book = try await ClaimBook.read(record.paths, on: record.site.host) }

    /// What is known now; nil for a run of which only facts are known.
    func situation(_ state: RunState, isLive: Bool = true) -> Steward.Situation? {
        plan.map {
            Steward.Situation(
                state: state, plan: $0, rows: rows, blocks: book?.blocks ?? [], holders: book?.holders ?? [:],
                ended: state.endedElements, isLive: isLive)
        }
    }

    /// Jobs that may still get another attempt, or have one. Blocks are read when an end makes them matter.
    func openJobs(_ state: RunState) async throws -> Int {
        guard state.ended == nil, let plan = record.plan else { return 0 }
        let last = book?.blocks.map(\.generation).max() ?? -1
        let isBehind = state.jobs.values.contains { job in
            guard let attempt = job.attempts.last, let outcome = attempt.ending?.outcome, outcome != .succeeded else {
                return false
            }
            return plan.retry.rules[outcome] != nil && attempt.key.generation > last
        }
        // What somebody asked for again stands in a block that may not have been read.
        let isAsked = state.jobs.values.contains { job in
            state.ask(of: job.index).map { $0.generation > last } ?? false
        }
        if isBehind || isAsked || plan.canaries > 0 && book == nil { try await readBook() }
        guard let situation = situation(state) else { return 0 }
        return rows.count { Steward.isOpen($0, in: situation) }
    }

    /// Hands out what is owed; nothing of it waits for the scheduler.
    func retry() async throws {
        guard Date() >= nextRetry else { return }
        nextRetry = Date() + Self.retryPause
        guard let state = latest, state.ended == nil, state.halt == nil, let situation = situation(state) else {
            return
        }
        guard
            !Steward.decide(situation).handouts.isEmpty || !Steward.starved(situation).isEmpty
                || Halting.reason(situation, lifted: state.lifted) != nil
        else { return }
        do {
            try await handOutAgain(isLive: true)
        } catch let refusal as SlurmFailure {
            // There is no room for more elements now: those that are there go on, and it is tried again.
            topUp.wasRefused(refusal, patience: record.site.cluster.pollInterval)
            nextRetry = Date() + max(Self.retryPause, Double(record.site.cluster.pollInterval.seconds))
        }
    }

    /// Marks the run when too much of it goes wrong and no agent did: one that is dead can't tell of itself.
    func halts(_ situation: Steward.Situation) async throws -> Bool {
        guard let reason = Halting.reason(situation, lifted: situation.state.lifted) else { return false }
        try await record.site.host.write(
            [HostFile(path: "halted", content: JSON.object([.init("reason", .string(reason))]).bytes)],
            to: record.paths.folder)
        try voice.tell([.runHalted(reason: reason)])
        return true
    }

    /// Throws when the run is halted and nothing of it runs any more.
    func checkHalt(_ state: RunState, open: Int) throws {
        guard open > 0, let halt = state.halt, !state.isStopped,
            !state.jobs.values.contains(where: { $0.standing == .running })
        else { return }
        throw ExitStatus.incomplete("error: " + Self.words(halt, run: record.summary.run, open: open))
    }

    /// What a halt means and how to go on.
    static func words(_ halt: RunState.Halt, run: String, open: Int) -> String {
        """
        the run is halted, \(open) job\(open == 1 ? " is" : "s are") held: \(halt.reason)
          to look at it: muster status \(run)
          to go on all the same: muster watch \(run) --lift
          to end it: muster cancel \(run); to begin another with a changed config: muster run CONFIG --new
        """
    }

    /// Lifts a halt: what has ended by now no longer counts, and canaries are not waited for.
    static func lift(_ record: RunRecord) async throws {
        let follower = Follower(record)
        try await follower.catchUp()
        let state = try record.history.state(of: record.summary.run)
        guard state.halt != nil else {
            Terminal.complain("\(record.summary.run) is not halted")
            return
        }
        // Clocks differ: the word must come behind all that it is about.
        let ends = state.jobs.values.flatMap { $0.attempts.compactMap(\.ended) }
        let latest = ([Timestamp.now] + state.halts.map(\.time) + ends).max() ?? .now
        let time = Timestamp(microseconds: latest.microseconds + 1)
        try await record.site.host.write(
            [HostFile(path: "lifted", content: JSON.object([.init("t", .int(time.microseconds))]).bytes)],
            to: record.paths.folder)
        let removed = try await record.site.host.run("rm -f -- \(ShellWord.quote(record.paths.halted))")
        guard removed.status == 0 else {
            throw HostError(.file, "cannot remove '\(record.paths.halted)': \(removed.errorText)")
        }
        try await follower.voice.order([.runLifted], at: time, in: record.paths, on: record.site.host)
    }
}
