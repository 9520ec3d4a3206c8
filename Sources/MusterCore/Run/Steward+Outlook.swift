extension Steward {
    /// What is to be expected of a job.
    public enum Outlook: Equatable, Sendable {
        /// It has no end yet, or one that may be taken back, or its next attempt is handed out already.
        case open
        /// Another attempt is owed to it.
        case owed(Handout)
        /// It is over; in words why there is no further attempt where one might be expected.
        case closed(String?)
    }

    /// What is to be expected of a row.
    ///
    /// What an agent saw end is decided at once. Where only the scheduler knows (a dead agent or node, a preemption), the
    /// element must have ended for good: until then it may be started again.
    public static func outlook(of row: Row, in situation: Situation) -> Outlook {
        let (state, ended) = (situation.state, situation.ended)
        let job = state.jobs[row.index]
        let ask = state.ask(of: row.index)
        if let ask, let block = situation.place[row.index], block.generation < ask.generation {
            return .owed(Handout(again: row.index, of: block, in: situation.plan).asked(for: ask))
        }
        guard let outcome = (job?.standing ?? state.standing).outcome else { return .open }
        guard let job, !job.isCached, !state.isCancelled(row.index), let last = job.attempts.last,
            job.deciding?.key == last.key
        else { return .closed(nil) }
        let hasEnded = ended.contains(last.key.element)
        let needsElementsEnd = [.lost, .nodeFailed, .preempted, .cancelled].contains(outcome)
        // Its element is started again by its own wish, so that the job goes on.
        if outcome == .timeout, !hasEnded, state.isRequeued(last.key.element, restart: last.key.restart) {
            return .open
        }
        guard let rule = situation.plan.retry.rules[outcome] else {
            return [.cancelled, .preempted].contains(outcome) && !hasEnded ? .open : .closed(nil)
        }
        if outcome == .preempted, !hasEnded { return .open }
        let family = RetryPolicy.family(of: outcome)
        let count = job.attempts.count {
            $0.key.generation >= ask?.generation ?? 0 && $0.ending.map { family.contains($0.outcome) } ?? false
        }
        guard count < rule.attempts else {
            return .closed(rule.attempts > 1 ? "it has ended as \(outcome.rawValue) \(count) times" : nil)
        }
        guard let block = situation.place[row.index], block.generation == last.key.generation else { return .open }
        if needsElementsEnd {
            let holder = situation.holders[block.id] ?? last.key.element
            guard hasEnded, ended.contains(holder) else { return .open }
        }
        if outcome == .failed, !rule.exitCodes.isEmpty {
            guard let code = last.ending?.exitCode, rule.exitCodes.contains(code) else { return .closed(nil) }
        }
        return next(row, behind: last, outcome, rule, block, situation.plan)
    }

    /// Whether a row may still get another attempt, or has one.
    public static func isOpen(_ row: Row, in situation: Situation) -> Bool {
        if case .closed = outlook(of: row, in: situation) { false } else { true }
    }
}
