import MusterCore

/// Canaries, halts, and going on one job at a time.
extension Agent {
    /// The least time of an allocation that is worth waiting with, in microseconds.
    private static let worthWaiting: Int64 = 60_000_000

    /// Takes note of how an attempt ended.
    func heed(_ ending: Ending) {
        if ending.outcome == .oomHost, folder.plan.retry.slowsDownBehindOOM { isSlow = true }
        lookout?.jobEnded()
        if ending.outcome != .succeeded { lookout?.mustJudge = true }
    }

    /// Decides behind a failure whether the run must be halted, and says so to all.
    func judge(now: Int64) {
        guard let lookout, lookout.mustJudge, lookout.halted == nil else { return }
        flush()
        guard lookout.read(now: now) else { return }
        lookout.mustJudge = false
        blocks = folder.blocks()
        guard let reason = Halting.reason(situation(lookout), lifted: lookout.lifted) else { return }
        lookout.mark(reason, node: me.node)
        outbox.append(.runHalted(reason: reason))
        note("the run is halted: \(reason)")
    }

    /// Whether there will be something to do once all canaries have succeeded: others run them, and time is left. On this
    /// machine there are no others.
    func awaitsCanaries(now: Int64) -> Bool {
        guard let lookout, mayStart, !me.isLocal, claimed < folder.plan.blocksPerAgent ?? .max else { return false }
        // Opened since blocks were last looked through: there is work now.
        if lookout.isOpen(blocks, folder) { return lookout.wasClosed }
        let needed = (folder.plan[size].resources.time?.seconds ?? 0) * 1_000_000
        if let deadline, deadline - now <= max(needed, Self.worthWaiting) {
            isOutOfTime = true
            return false
        }
        if lookout.read(now: now) {
            blocks = folder.blocks()
            lookout.needsSteward = Halting.needsSteward(situation(lookout))
        }
        return !lookout.needsSteward
    }

    private func situation(_ lookout: Lookout) -> Steward.Situation {
        Steward.Situation(state: lookout.state, plan: folder.plan, rows: lookout.rows, blocks: blocks)
    }
}
