/// What orders mean for the jobs of a run. An order about a job and one about all are of equal weight: the latest counts.
extension RunState {
    /// Somebody asked to cancel all jobs; what was asked for since goes on all the same.
    public var isCancelled: Bool { orders.cancelled != nil }

    /// All was cancelled, and nothing was asked for since: nobody has anything to do.
    public var isStopped: Bool {
        guard let cancelled = orders.cancelled else { return false }
        return orders.reopened.map { cancelled >= $0 } ?? true
    }

    /// When the run was said to be over, unless somebody asked for more since.
    public var ended: Timestamp? {
        guard let over = orders.over, orders.reopened.map({ $0 < over }) ?? true else { return nil }
        return over
    }

    /// Whether a job was cancelled, by itself or with all others, and nobody asked for it since.
    public func isCancelled(_ job: Int) -> Bool {
        let own = jobs[job]?.orders
        guard let cancelled = [own?.cancelled, orders.cancelled].compactMap(\.self).max() else { return false }
        return own?.asked.map { cancelled >= $0.time } ?? true
    }

    /// The wish for another attempt of a job that stands, until it has succeeded.
    public func ask(of job: Int) -> Ask? {
        guard let known = jobs[job], let ask = known.orders.ask, !known.isDone, !isCancelled(job) else { return nil }
        return ask
    }

    /// Whether a job must not be begun for now.
    public func isHeld(_ job: Int) -> Bool {
        let words = [jobs[job]?.orders.hold, orders.hold].compactMap(\.self)
        return words.max { ($0.time, $0.word ? 1 : 0) < ($1.time, $1.word ? 1 : 0) }?.word ?? false
    }

    /// Whether an agent may begin a job that it has in a block of this generation.
    public func mayBegin(_ job: Int, generation: Int) -> Bool {
        !isOutdated(job, generation: generation) && !isHeld(job)
    }

    /// Whether a job in a block of this generation is none any more: it was cancelled, or handed out again since.
    public func isOutdated(_ job: Int, generation: Int) -> Bool {
        isCancelled(job) || generation < jobs[job]?.orders.ask?.generation ?? 0
    }

    /// Whether an attempt that runs with a block of this generation must end, since somebody cancelled it; that its job was
    /// asked for again does not bring it back.
    public func mustEnd(_ job: Int, generation: Int) -> Bool {
        guard jobs[job]?.orders.cancelled != nil || isCancelled else { return false }
        return isOutdated(job, generation: generation)
    }

    /// How many jobs may run side by side; nil for any number.
    public var throttle: Int? { orders.throttle.flatMap { $0.word > 0 ? $0.word : nil } }

    /// A moment behind every order and every end that is known, and not before `now`: clocks differ, and an order must come
    /// behind all that it is about.
    public func timeOfOrder(now: Timestamp) -> Timestamp {
        let own = jobs.values.flatMap { job in
            [job.orders.cancelled, job.orders.asked?.time, job.orders.hold?.time] + job.attempts.map(\.ended)
        }
        let known =
            [orders.cancelled, orders.reopened, orders.over, orders.hold?.time, orders.throttle?.time]
            + halts.map(\.time) + own
        guard let last = known.compactMap(\.self).max(), last >= now else { return now }
        return Timestamp(microseconds: last.microseconds + 1)
    }
}
