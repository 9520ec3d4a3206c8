extension Steward {
    /// Arrays of the first submission that the scheduler has not taken yet, by their number.
    public static func waitingParts(_ state: RunState, plan: RunPlan) -> [Int] {
        guard !state.isStopped else { return [] }
        return plan.parts.indices.filter {
            state.submissions[SubmissionToken.make(run: plan.run, round: 0, part: $0)]?.schedulerID == nil
        }
    }

    /// Those of them that may be submitted now: in their order, as long as no more than `limit` elements are with the
    /// scheduler at once (nil: any number), and none when every job was begun already by elements that drew more.
    public static func partsToSubmit(_ state: RunState, plan: RunPlan, limit: Int?) -> [Int] {
        let waiting = waitingParts(state, plan: plan)
        guard !waiting.isEmpty, jobsNotBegun(state, plan: plan) > 0 else { return [] }
        var atWork = state.elementsAtWork
        return Array(
            waiting.prefix { part in
                atWork += plan.parts[part].elements
                return limit.map { atWork <= $0 } ?? true
            })
    }

    /// Jobs of which no agent has told anything yet, and which may be begun.
    public static func jobsNotBegun(_ state: RunState, plan: RunPlan) -> Int {
        (0..<plan.rowCount).count { index in
            let job = state.jobs[index]
            return (job?.attempts.isEmpty ?? true) && job?.isCached != true && !state.isCancelled(index)
                && !state.isHeld(index)
        }
    }
}
