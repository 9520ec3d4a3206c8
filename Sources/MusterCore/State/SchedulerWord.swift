/// The scheduler's word on an element.
public struct SchedulerWord: Equatable, Sendable {
    /// The restart of the element that it is about.
    public var restart: Int
    /// The state in the scheduler's own form.
    public var state: String
    /// The exit in the scheduler's own form.
    public var exit: String
    /// The element has ended for good.
    public var ended: Bool
    /// When it was heard.
    public var time: Timestamp

    /// Makes a word.
    public init(restart: Int, state: String, exit: String, ended: Bool, time: Timestamp) {
        self.restart = restart
        self.state = state
        self.exit = exit
        self.ended = ended
        self.time = time
    }

    /// An end counts more than a state on the way, a later word more than an earlier one.
    func counts(over other: SchedulerWord) -> Bool {
        if ended != other.ended { return ended }
        if time != other.time { return time > other.time }
        return (state, exit) > (other.state, other.exit)
    }

    /// What the end of an allocation says about an attempt that did not end by itself.
    ///
    /// States: sacct(1), "JOB STATE CODES". A state such as `FAILED` or `COMPLETED` says nothing about one job of
    /// the allocation, so the attempt is lost.
    public var outcome: Outcome {
        switch state.prefix(while: { $0.isLetter || $0 == "_" }).uppercased() {
        case "OUT_OF_MEMORY", "OOM": .oomHost
        case "TIMEOUT", "DEADLINE": .timeout
        case "NODE_FAIL", "BOOT_FAIL": .nodeFailed
        case "PREEMPTED": .preempted
        case "CANCELLED": .cancelled
        default: .lost
        }
    }

    var json: JSON {
        .object([
            "restart": .int(restart), "state": .string(state), "exit": .string(exit), "ended": .bool(ended),
            "t": .int(time.microseconds),
        ])
    }

    init?(json: JSON) {
        guard let restart = json["restart"]?.int, let time = json["t"]?.int else { return nil }
        self.init(
            restart: Int(clamping: restart), state: json["state"]?.string ?? "", exit: json["exit"]?.string ?? "",
            ended: json["ended"]?.bool ?? false, time: Timestamp(microseconds: time))
    }
}
