/// Whether a run must start nothing more. Decisions only; the mark is made elsewhere.
public enum Halting {
    /// Why the run must be halted; nil while it may go on. What had ended by `lifted` does not count, and once a halt was
    /// lifted canaries no longer do.
    public static func reason(_ situation: Steward.Situation, lifted: Timestamp?) -> String? {
        if lifted == nil, let reason = failedCanary(situation) { return reason }
        guard let policy = situation.plan.halt else { return nil }
        var ended = 0
        var failed = 0
        var same: [FailureSignature: Int] = [:]
        for row in situation.rows {
            guard let job = situation.state.jobs[row.index], let attempt = job.deciding,
                let outcome = attempt.ending?.outcome, lifted.map({ attempt.ended ?? $0 > $0 }) ?? true
            else { continue }
            guard outcome != .succeeded else {
                ended += 1
                continue
            }
            // What came out in part is worth having.
            guard outcome != .partial, isFailed(row, outcome, situation) else { continue }
            ended += 1
            failed += 1
            if let signature = FailureSignature(attempt) { same[signature, default: 0] += 1 }
        }
        if let most = policy.sameSignature,
            let (signature, count) = same.filter({ $0.value >= most }).max(by: {
                ($0.value, $1.key.text) < ($1.value, $0.key.text)
            })
        {
            return "\(count) jobs failed in the same way: \(signature.text)"
        }
        if let share = policy.failed, failed >= policy.least, Double(failed) >= share * Double(ended) {
            return
                "\(failed) of \(ended) ended jobs failed, which is \(HaltPolicy.percent(share)) or more"
        }
        return nil
    }

    /// Canaries that have not succeeded yet; none once a halt was lifted.
    public static func awaited(_ situation: Steward.Situation) -> [Steward.Row] {
        situation.rows.filter { row in
            (situation.place[row.index]?.terms.isCanary ?? false)
                && situation.state.jobs[row.index]?.standing != .ended(.succeeded)
        }
    }

    /// Whether an awaited canary can only go on when a steward hands it out again.
    public static func needsSteward(_ situation: Steward.Situation) -> Bool {
        awaited(situation).contains { row in
            if case .owed = Steward.outlook(of: row, in: situation) { true } else { false }
        }
    }

    private static func failedCanary(_ situation: Steward.Situation) -> String? {
        for row in awaited(situation) {
            guard let attempt = situation.state.jobs[row.index]?.deciding, let outcome = attempt.ending?.outcome,
                isFailed(row, outcome, situation)
            else { continue }
            let cause = attempt.ending?.cause ?? outcome.rawValue
            return "the canary '\(row.id)' did not succeed: \(cause)"
        }
        return nil
    }

    /// An end for good that somebody did not ask for.
    private static func isFailed(
        _ row: Steward.Row, _ outcome: Outcome, _ situation: Steward.Situation
    ) -> Bool {
        guard ![.succeeded, .cancelled].contains(outcome) else { return false }
        if case .closed = Steward.outlook(of: row, in: situation) { return true }
        return false
    }
}
