import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterSlurm

/// What a steward does for a run: submits what was not, closes what has ended, hands out again what was left behind.
extension Follower {
    /// Sees that every submission that was meant to be made has its id: one whose answer was lost is looked for, never
    /// made twice.
    func finishSubmitting() async throws {
        let state = try record.history.state(of: record.summary.run)
        guard !state.isCancelled, let plan = record.plan else { return }
        let announced = state.submissions.filter { $0.value.schedulerID == nil }.sorted { $0.key < $1.key }
        var missing = announced.map { Submission(plan, token: $0.key, elements: $0.value.elements) }
        for part in Steward.partsToSubmit(state, plan: plan, limit: record.submitLimit) {
            let next = Submission(plan, round: 0, part: part, elements: plan.parts[part].elements)
            if !missing.contains(where: { $0.token == next.token }) { missing.append(next) }
        }
        hasWaitingParts = !Steward.waitingParts(state, plan: plan).isEmpty
        guard !missing.isEmpty else { return }
        let hasSome = state.submissions.values.contains { $0.schedulerID != nil }
        do {
            let refusal = try await Submitter.handOver(
                missing, plan: plan, paths: record.paths, site: record.site, voice: voice)
            guard let refusal else { return topUp.isOver() }
            topUp.wasRefused(refusal, patience: record.site.cluster.pollInterval)
        } catch let refusal as SlurmFailure where hasSome {
            topUp.wasRefused(refusal, patience: record.site.cluster.pollInterval)
        }
    }

    /// Submits further arrays when those that the scheduler has leave room for them.
    func topUpElements() async throws {
        guard hasWaitingParts, topUp.isDue() else { return }
        try await finishSubmitting()
    }

    /// Asks the scheduler about all elements, and acts on what has ended for good.
    func ask() async throws {
        try await finishSubmitting()
        let before = try record.history.state(of: record.summary.run)
        let submissions = Self.handedOver(before)
        let states = watchman.take(try await record.site.scheduler.states(of: submissions, in: record.paths))
        let calls = await record.site.scheduler.takeCalls()
        // An element's last word counts only after its outbox was read to the end.
        try await catchUp()
        var news: [EventBody] = calls.isEmpty ? [] : [.schedulerCalls(calls)]
        let gone = states.filter {
            $0.hasEnded && before.elements[$0.element]?.values.contains { $0.word?.ended == true } != true
        }
        if !gone.isEmpty {
            let state = try record.history.state(of: record.summary.run)
            news += try await lastSeen(of: gone.map(\.element), in: state)
        }
        for element in states where element.hasEnded {
            hearing.close(element.element)
            let restarts = before.elements[element.element]?.keys.max() ?? 0
            if before.elements[element.element]?[restarts]?.word?.ended == true { continue }
            news.append(
                .scheduler(
                    element: element.element, restart: restarts, state: element.state, exit: element.exit, ended: true))
        }
        try voice.tell(news)
        try await handOutAgain(isLive: !states.allSatisfy(\.hasEnded))
    }

    private static func handedOver(_ state: RunState) -> [HandedOver] {
        state.submissions.values.compactMap { submission in
            submission.schedulerID.map {
                HandedOver(id: $0, elements: submission.elements, time: submission.time)
            }
        }
    }

    /// Closes what earlier runs of restarted elements left without an end: as accounting says, else as requeued.
    func closeEarlierRuns() async throws {
        let state = try record.history.state(of: record.summary.run)
        let open = state.restartedElements
        guard !open.isEmpty else { return }
        let known = try await record.site.scheduler.earlierEnds(of: Self.handedOver(state))
        let calls = await record.site.scheduler.takeCalls()
        var news: [EventBody] = calls.isEmpty ? [] : [.schedulerCalls(calls)]
        for (element, restart) in open {
            let word = known.first { $0.element == element && $0.restart == restart }
            news.append(
                .scheduler(
                    element: element, restart: restart, state: word?.state ?? "REQUEUED", exit: word?.exit ?? "",
                    ended: true))
        }
        try voice.tell(news)
    }

    /// The end of what elements wrote that were no agents yet, or no longer; empty when they wrote nothing.
    private func elementsLastWords() async -> String {
        let result = try? await record.site.host.run(
            "cd -- \(ShellWord.quote(record.paths.folder)) && tail -qn 5 slurm-*.out submissions/*/output 2>/dev/null; exit 0"
        )
        let lines = (result?.text ?? "").split(separator: "\n").suffix(10)
        return lines.map { "  \($0)" }.joined(separator: "\n")
    }

    private func handOutAgain(isLive: Bool) async throws {
        let state = try record.history.state(of: record.summary.run)
        guard let plan = record.plan, !state.isCancelled, state.ended == nil, !state.endedElements.isEmpty else {
            return
        }
        let (blocks, holders) = try await ClaimBook.read(record.paths, on: record.site.host)
        let decision = Steward.decide(
            .init(
                state: state, jobCount: plan.rowCount, blocks: blocks, holders: holders, ended: state.endedElements,
                isLive: isLive))
        if let reason = decision.givenUp {
            let said = await elementsLastWords()
            throw ExitStatus.incomplete(
                "error: \(reason)\(said.isEmpty ? "" : "; their last words:\n\(said)")\n"
                    + "  to end this run: muster cancel \(record.summary.run); to begin another: add --new")
        }
        let fresh = Steward.blocks(for: decision.leftOver, plan: plan, known: blocks)
        if !fresh.isEmpty {
            try await ClaimBook.append(fresh, to: record.paths, on: record.site.host)
            Terminal.complain("\(decision.leftOver.count) jobs were left behind and are handed out again")
        }
        // What was planned from the beginning comes first.
        guard decision.needsElements, Steward.waitingParts(state, plan: plan).isEmpty else { return }
        let round = (state.submissions.keys.compactMap(SubmissionToken.round).max() ?? -1) + 1
        let unheld = (blocks + fresh).filter { holders[$0.id] == nil }
        let next = Steward.elements(for: unheld, plan: plan).map {
            Submission(plan, round: round, part: $0.size, elements: $0.elements)
        }
        try await Submitter.handOver(
            next, plan: plan, paths: record.paths, site: record.site, voice: voice)
    }
}
