/// What somebody wants with an attempt that retry rules do not give: from which generation on, and with what.
public struct Ask: Hashable, Sendable {
    /// The first generation that is meant by it: blocks before it are of no use for the job any more.
    public var generation: Int
    /// What the attempt asks for instead; nil for what the one before asked for.
    public var memory: ByteCount?, time: WallTime?
    /// Parameters with other values: a point's, or `STAGE.KEY`.
    public var set: [JSON.Member]

    /// Asks for the same again, or for something else.
    public init(
        generation: Int, memory: ByteCount? = nil, time: WallTime? = nil, set: [JSON.Member] = []
    ) {
        self.generation = generation
        self.memory = memory
        self.time = time
        self.set = set
    }

    var fields: [JSON.Member] {
        JSON.object([
            "gen": .int(generation), "memory_bytes": memory.map { .int($0.bytes) },
            "time_s": time.map { .int($0.seconds) }, "set": set.isEmpty ? nil : .object(set),
        ]).members ?? []
    }

    init(json: JSON) {
        self.init(
            generation: Int(clamping: json["gen"]?.int ?? 0), memory: (json["memory_bytes"]?.int).map { ByteCount($0) },
            time: (json["time_s"]?.int).map { WallTime(seconds: $0) }, set: json["set"]?.members ?? [])
    }
}

/// A word with the time at which it was given; of two the later one counts, whatever the order in which they are heard.
public struct Order<Word: Hashable & Sendable>: Hashable, Sendable {
    /// When.
    public var time: Timestamp
    /// What.
    public var word: Word

    /// Gives a word.
    public init(_ word: Word, at time: Timestamp) {
        self.word = word
        self.time = time
    }
}

/// What people ordered about one job.
public struct JobOrders: Hashable, Sendable {
    /// When it was last cancelled.
    public var cancelled: Timestamp?
    /// The last wish for another attempt.
    public var asked: Order<Ask>?
    /// Whether it is to wait.
    public var hold: Order<Bool>?

    /// No orders.
    public init() {}

    /// The wish for another attempt that stands: nobody cancelled the job since.
    public var ask: Ask? {
        guard let asked, cancelled.map({ $0 < asked.time }) ?? true else { return nil }
        return asked.word
    }

    mutating func heed(_ body: EventBody, at time: Timestamp) {
        switch body {
        case .cancelRequested: cancelled = max(cancelled ?? time, time)
        case .retryRequested(_, let ask):
            let new = Order(ask, at: time)
            guard let old = asked, (new.time, new.line) <= (old.time, old.line) else {
                asked = new
                return
            }
        case .jobsHeld, .jobsReleased: hold = Self.later(hold, Order(body.isHold, at: time))
        default: break
        }
    }

    /// The later of two; of two at one time that which holds.
    static func later(_ old: Order<Bool>?, _ new: Order<Bool>) -> Order<Bool> {
        guard let old, (old.time, old.word ? 1 : 0) >= (new.time, new.word ? 1 : 0) else { return new }
        return old
    }
}

/// What people ordered about a run as a whole.
public struct RunOrders: Hashable, Sendable {
    /// When all of it was last cancelled, when jobs were last given another attempt by somebody's wish, when it was last
    /// said to be over.
    public var cancelled: Timestamp?, reopened: Timestamp?, over: Timestamp?
    /// Whether all jobs are to wait.
    public var hold: Order<Bool>?
    /// How many jobs may run side by side; 0 for any number.
    public var throttle: Order<Int>?

    /// No orders.
    public init() {}

    mutating func heed(_ body: EventBody, at time: Timestamp) {
        switch body {
        case .cancelRequested: cancelled = max(cancelled ?? time, time)
        case .retryRequested: reopened = max(reopened ?? time, time)
        case .jobsHeld, .jobsReleased: hold = JobOrders.later(hold, Order(body.isHold, at: time))
        case .runThrottled(let limit):
            let new = Order(limit, at: time)
            guard let old = throttle, (old.time, old.word) >= (new.time, new.word) else {
                throttle = new
                return
            }
        case .runEnded: over = max(over ?? time, time)
        default: break
        }
    }
}

extension EventBody {
    fileprivate var isHold: Bool { if case .jobsHeld = self { true } else { false } }
}

extension Order<Ask> {
    fileprivate var line: String { JSON.object(word.fields).line }
}
