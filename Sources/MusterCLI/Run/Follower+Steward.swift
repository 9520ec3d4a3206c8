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
        guard !state.isStopped, state.halt == nil, record.plan != nil else { return }
        // A submission that was announced may be of a class that a retry added.
        if state.submissions.contains(where: { $0.value.schedulerID == nil && SubmissionToken.round(of: $0.key) != 0 })
        {
            try await readBook()
        }
        guard let plan else { return }
        let announced = state.submissions.filter { $0.value.schedulerID == nil }.sorted { $0.key < $1.key }
        let sick = state.sickNodes.keys
        var missing = announced.map { Submission(plan, token: $0.key, elements: $0.value.elements, sick: sick) }
        for part in Steward.partsToSubmit(state, plan: plan, limit: record.submitLimit) {
            let next = Submission(plan, round: 0, part: part, elements: plan.parts[part].elements, sick: sick)
            if !missing.contains(where: { $0.token == next.token }) { missing.append(next) }
        }
        hasWaitingParts = !Steward.waitingParts(state, plan: plan).isEmpty
        guard !missing.isEmpty else { return }
        let hasSome = state.submissions.values.contains { $0.schedulerID != nil }
        do {
            let refusal = try await handOver(missing, plan)
            guard let refusal else { return topUp.isOver() }
            topUp.wasRefused(refusal, patience: record.site.cluster.pollInterval)
        } catch let refusal as SlurmFailure where hasSome {
            topUp.wasRefused(refusal, patience: record.site.cluster.pollInterval)
        }
    }

    /// Hands over, and sees before that the scripts find their agent.
    @discardableResult
    private func handOver(_ submissions: [Submission], _ plan: RunPlan) async throws -> SlurmFailure? {
        let site = record.site
        if try await AgentMend.mend(record.paths, workdir: site.workdir, with: Places.agent, on: site.host) {
            Terminal.complain("the agent was gone from \(site.host.name): it was put there again")
        }
        return try await Submitter.handOver(submissions, plan: plan, paths: record.paths, site: site, voice: voice)
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
        guard try !record.history.state(of: record.summary.run).endedElements.isEmpty else { return }
        try await handOutAgain(isLive: !states.allSatisfy(\.hasEnded))
    }

    static func handedOver(_ state: RunState) -> [HandedOver] {
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
        let restarts = Dictionary(open.map { ($0.element, Set([$0.restart])) }) { $0.union($1) }
        news += try await lastSeen(of: restarts.keys.sorted(), restarts: restarts, in: state)
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

    /// Hands out what was left behind and what is owed another attempt, and submits elements where nobody could draw it.
    func handOutAgain(isLive: Bool) async throws {
        let state = try record.history.state(of: record.summary.run)
        guard !state.isStopped, state.halt == nil, state.ended == nil, record.plan != nil else { return }
        try await readBook()
        guard var situation = situation(state, isLive: isLive) else { return }
        if try await halts(situation) { return }
        try await markFailedRuns(situation)
        let decision = Steward.decide(situation)
        if let reason = decision.givenUp {
            let said = await elementsLastWords()
            throw ExitStatus.incomplete(
                "error: \(reason)\(said.isEmpty ? "" : "; their last words:\n\(said)")\n"
                    + "  to end this run: muster cancel \(record.summary.run); to begin another: add --new")
        }
        if let generation = Steward.generation(decision.handouts, in: situation) {
            try await ClaimBook.append(generation, to: record.paths, on: record.site.host)
            Terminal.complain(Self.words(decision.handouts))
            // Another steward may have been first: what stands there holds.
            try await readBook()
            situation = self.situation(state, isLive: isLive) ?? situation
        }
        let plan = situation.plan
        // What was planned from the beginning comes first.
        let wanted =
            isLive
            ? Steward.starved(situation)
            : decision.needsElements && Steward.waitingParts(state, plan: plan).isEmpty
                ? (book?.unheld ?? []).filter { Steward.isWanted($0, state) } : []
        guard !wanted.isEmpty else { return }
        let round = (state.submissions.keys.compactMap(SubmissionToken.round).max() ?? -1) + 1
        try await handOver(
            Steward.elements(for: wanted, plan: plan).map {
                Submission(plan, round: round, part: $0.size, elements: $0.elements, sick: state.sickNodes.keys)
            }, plan)
    }

    /// `2 jobs get another attempt (oom_host: memory 4 GiB -> 6 GiB), 1 was left behind and is handed out again`.
    private static func words(_ handouts: [Handout]) -> String {
        var counts: [(why: String?, count: Int)] = []
        for why in handouts.map(\.terms.why) {
            if let at = counts.firstIndex(where: { $0.why == why }) {
                counts[at].count += 1
            } else {
                counts.append((why, 1))
            }
        }
        return counts.map { why, count in
            let jobs = "\(count) job\(count == 1 ? "" : "s")"
            return why.map { "\(jobs) handed out for another attempt (\($0))" }
                ?? "\(jobs) left behind and handed out again"
        }.joined(separator: "\n")
    }
}
