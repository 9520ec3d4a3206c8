import Glibc
import MusterCore

/// Sick nodes: finding out, telling, and giving the element back.
extension Agent {
    /// Looks before anything is begun whether the node can do what jobs need.
    func examineNode() {
        if !me.isLocal, let known = Files.json(sickMark)?["reason"]?.string {
            sickness = known
            return note("nothing is begun on this node, which was found sick: \(known)")
        }
        let temporary = inherited.last { $0.hasPrefix("TMPDIR=") }.map { String($0.dropFirst(7)) }
        let reason =
            Preflight.sickness(
                results: folder.plan.outputRoot, temporary: temporary, name: ".muster-try.\(me.source)")
            ?? NodeHealth.sickness(
                given: Set(gpus.tokens ?? []).count, seen: devices.devices.count, uncorrected: devices.uncorrectedSoFar)
        if let reason { becomeSick(reason) }
    }

    /// A stage has ended: one that could not be started, and was on another node, is no failure of its job. On this machine
    /// there are no others.
    func judgeNode(_ ending: inout Ending, of run: StageRun, in job: JobRun) {
        guard !me.isLocal, job.stop == nil, !run.isLast else { return }
        guard NodeHealth.isStartFailure(ending) else { return health.ended(run.name, ending) }
        let others = lookout ?? neighbours ?? Lookout(folder: folder)
        neighbours = others
        // When it is too early for another reading, what was read shortly before must do.
        _ = others.read(now: Machine.monotonic)
        let facts = NodeHealth.Facts(
            others.state, stage: run.name, job: job.row.index, node: me.node, now: Machine.now)
        let other: String
        switch health.couldNotStart(run.name, job: job.row.index, facts: facts) {
        case .job: return
        case .node(let name): other = name
        case .sick(let name, let reason):
            other = name
            becomeSick(reason)
        }
        let words = ending.cause ?? "stage '\(run.name)' \(Self.words(ending))"
        ending.outcome = .nodeFailed
        ending.cause = "\(words); it was started on \(other), so node \(me.node) is to blame"
    }

    /// Begins nothing more here, and lets the others of the run know.
    private func becomeSick(_ reason: String) {
        guard sickness == nil else { return }
        sickness = reason
        note("the node is sick: \(reason)")
        outbox.append(.nodeSick(node: me.node, reason: reason))
        guard !me.isLocal else { return }
        do {
            try Files.makeFolders(folder.paths.sick)
            let mark = JSON.object(["reason": .string(reason), "t": .int(Machine.now.microseconds)])
            try Files.replace(sickMark, with: mark.bytes)
        } catch {
            note("can't mark the node as sick: \(error)")
        }
    }

    private var sickMark: String { "\(folder.paths.sick)/\(me.node)" }

    /// Has the scheduler start the element again on another node, where there is something left to do.
    func giveBack() {
        guard sickness != nil, stopping == nil, back.isPossible, hasWork else { return }
        outbox.append(.requeued(element: me.element, restart: me.restart, refused: nil))
        outbox.sync()
        guard let refusal = back.run() else { return }
        note("the element can't be given back: \(refusal)")
        outbox.append(.requeued(element: me.element, restart: me.restart, refused: refusal))
        outbox.sync()
    }

    /// Whether jobs of this agent's blocks are left, or blocks that nobody holds.
    private var hasWork: Bool {
        claims.refresh(always: true)
        return hasUnfinished
            || blocks.contains { block in
                guard !doneBlocks.contains(block.id) else { return false }
                switch claims.decide(block.id) {
                case .free, .takeOver: return true
                case .mine, .taken: return false
                }
            }
    }
}
