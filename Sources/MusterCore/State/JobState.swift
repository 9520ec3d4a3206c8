/// What is known of one job: its attempts and what was said about the job itself.
public struct JobState: Equatable, Sendable {
    /// Position in the job table.
    public let index: Int
    /// The attempts by generation, restart and element: the last is the latest.
    public internal(set) var attempts: [AttemptState] = []
    /// The published result of an earlier run was taken.
    public internal(set) var isCached = false
    /// What people ordered about it.
    public internal(set) var orders = JobOrders()

    /// A job of which nothing is known yet.
    public init(index: Int) { self.index = index }

    /// Takes up what was known before.
    public init(index: Int, attempts: [AttemptState], isCached: Bool, orders: JobOrders) {
        self.index = index
        self.attempts = attempts.sorted(by: Self.isEarlier)
        self.isCached = isCached
        self.orders = orders
    }

    /// Takes in an event; one about another job changes nothing. A request to cancel all jobs is the run's.
    public mutating func apply(_ event: Event) {
        guard event.sequence != nil else { return }
        switch event.body {
        case .jobCached(let job) where job == index: isCached = true
        case .cancelRequested(let jobs) where jobs.contains(index),
            .retryRequested(let jobs, _) where jobs.contains(index),
            .jobsHeld(let jobs) where jobs.contains(index), .jobsReleased(let jobs) where jobs.contains(index):
            orders.heed(event.body, at: event.time)
        case .scheduler:
            for at in attempts.indices { attempts[at].apply(event) }
        default:
            guard let key = event.body.attempt, key.job == index else { return }
            attempts[position(of: key)].apply(event)
        }
    }

    mutating func close(_ key: AttemptKey, _ word: SchedulerWord) {
        attempts[position(of: key)].close(word)
    }

    private mutating func position(of key: AttemptKey) -> Int {
        if let known = attempts.firstIndex(where: { $0.key == key }) { return known }
        let new = AttemptState(key: key)
        let place = attempts.firstIndex { Self.isEarlier(new, $0) } ?? attempts.endIndex
        attempts.insert(new, at: place)
        return place
    }

    static func isEarlier(_ left: AttemptState, _ right: AttemptState) -> Bool {
        (left.key.generation, left.key.restart, left.key.element)
            < (right.key.generation, right.key.restart, right.key.element)
    }

    /// The attempt whose outcome is the job's: the one that published, else the latest.
    public var deciding: AttemptState? { attempts.first(where: \.hasPublished) ?? attempts.last }

    /// Its result is there.
    public var isDone: Bool { isCached || attempts.contains(where: \.hasPublished) }

    /// Where it stands by what was told about it; nil when that is only what its run tells.
    public var standing: Standing? {
        if isCached { return .ended(.succeeded) }
        // Asked for again, and that attempt was not begun yet.
        if let ask = orders.ask, !isDone, attempts.last.map({ $0.key.generation < ask.generation }) ?? true {
            return .queued
        }
        if let attempt = deciding { return attempt.ending.map { .ended($0.outcome) } ?? .running }
        return orders.cancelled != nil ? .ended(.cancelled) : nil
    }
}
