import CShims
import Glibc
import MusterCore
import ZeroMQ

/// The agent's one loop, and what it looks at now and then.
extension Agent {
    /// Works until nothing is left or somebody wants an end. How things went stands in the facts.
    func run() {
        tellStart()
        if let reason = devices.unseen { note(reason) }
        examineNode()
        lookAtCode()
        repeat {
            reap()
            let now = Machine.monotonic
            if now >= nextSample { sample(now: now) }
            if now >= nextSpoolLook { cutSpools(now: now) }
            if now >= nextGuard { guardMemory(now: now) }
            if now >= nextClaimLook { lookAtClaims(now: now) }
            endLateJobs(now: now)
            tendSpace(now: now)
            tendSums()
            escalate(now: now)
            judge(now: now)
            let isHurried = fillSlots()
            flush()
            outbox.syncWhenDue()
            teller?.step(now: now)
            if jobs.isEmpty, !isHurried, !waitsForSpace, !waits(now: now), !awaitsCanaries(now: now) { break }
            if !jobs.isEmpty { idleSince = nil }
            wait(until: isHurried ? now : min(nextSample, nextClaimLook, nextSpoolLook, nextGuard))
        } while true
        end()
    }

    /// Whether an agent with nothing that runs should stay, since there is work that a full file system or a full GPU holds
    /// up.
    private var waitsForSpace: Bool {
        guard stopping == nil, !isOutOfTime, sickness == nil, lookout?.halted == nil else { return false }
        return outbox.isBlocked || isWaitingForRoom || full != nil && (claimed > 0 || !held.isEmpty)
    }

    /// Cuts the output of programs that print without end. While one prints fast it is looked at more often.
    private func cutSpools(now: Int64) {
        var isFlood = false
        for program in programs {
            isFlood = isFlood || program.spool.size > logLimit / 4
            program.spool.cut(at: logLimit)
        }
        nextSpoolLook = now + (isFlood ? Self.samplePeriod / 20 : Self.samplePeriod)
    }

    /// Whether an agent with nothing to do should stay, since stage runs of others are about to give it work.
    private func waits(now: Int64) -> Bool {
        guard mayStart, waitsForOthers else { return false }
        idleSince = idleSince ?? now
        return now - (idleSince ?? now) < Self.patience
    }

    /// The slots in which nothing runs.
    var idleSlots: [Int] {
        let busy = Set(jobs.keys).union(jobs.values.flatMap { $0.runs.map(\.slot) })
        return (0..<slots).filter { !busy.contains($0) }
    }

    /// Whether jobs of claimed blocks have not come to their end.
    var hasUnfinished: Bool { unfinished > 0 || held.contains { !$0.isDone } }
    /// The first of them.
    var idleSlot: Int? { idleSlots.first }

    /// Whether new jobs are wanted at all.
    var mayStart: Bool {
        stopping == nil && !isOutOfTime && full == nil && sickness == nil && lookout?.halted == nil
    }

    /// Writes what was told; a disk that is full is worth a word.
    func flush() {
        guard let error = outbox.flush() else { return }
        note("facts can't be written, so no job is started for now: \(error)")
        if DiskSpace.isShort(error.code) { _ = isFull(lane.paths.folder) }
    }

    /// Sleeps until a signal, an answer of the collector, or the moment.
    func wait(until moment: Int64) {
        cshims_timerfd_set(timer, max(1, moment - Machine.monotonic) * 1000, 0)
        var polls = PollSet()
        polls.add(descriptor: signals, for: .readable)
        polls.add(descriptor: timer, for: .readable)
        polls.add(descriptor: summing.bell, for: .readable)
        teller?.join(&polls)
        do {
            try polls.wait(timeout: nil)
        } catch {
            note("waiting failed: \(error)")
        }
        _ = cshims_timerfd_read(timer)
        var sender: pid_t = 0
        while true {
            let signal = cshims_signalfd_read(signals, &sender)
            guard signal > 0 else { break }
            if signal != SIGCHLD { stop(signal: signal) }
        }
    }

    private func sample(now: Int64) {
        nextSample = now + Self.samplePeriod
        let left = endOrphans(everywhere: true)
        if !left.isEmpty { note("ended what stages left behind: \(left.joined(separator: ", "))") }
        watch(ended: [])
        keeper?.look(now: now)
    }

    private func lookAtClaims(now: Int64) {
        nextClaimLook = now + Self.claimPeriod
        heedOrders()
        // An agent that begins behind the order has read it already.
        if orders.state.isStopped || Files.exists(folder.paths.cancelled) { stopCancelled() }
        lookout?.lookForMark()
        claims.refresh(always: false)
        for block in held where !block.isDone { _ = stillHolds(block) }
    }
}

/// A word for people, to the agent's own output.
func note(_ text: String) {
    let bytes = Array("muster-agent: \(text)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
