extension Steward {
    /// What of a run waits for a person or a steward, rather than for the scheduler.
    public struct Waits: Equatable, Sendable {
        /// Jobs that somebody holds.
        public var held = 0
        /// The most jobs that may run side by side, where somebody said so.
        public var throttle: Int?
        /// Why the run is halted, and the jobs that are open; nil where it is not, or was cancelled.
        public var halt: Halt?
        /// Jobs that are owed another attempt.
        public var owed = 0
        /// Jobs in blocks that no element at work could draw.
        public var starved = 0
        /// Elements of the first submission that the scheduler has not, and the jobs that nobody has begun; both 0 where
        /// either is.
        public var notSubmitted = 0, notBegun = 0

        /// A halt and what it holds up.
        public struct Halt: Equatable, Sendable {
            /// The run's fact.
            public var fact: RunState.Halt
            /// Jobs without an end.
            public var open: Int
        }

        /// Nothing waits.
        public init() {}
    }

    /// What waits now.
    ///
    /// - Parameter isComplete: The blocks are known. Without them nobody can tell what was handed out already, so nothing is
    ///   said of that.
    public static func waits(_ situation: Situation, isComplete: Bool) -> Waits {
        let (state, plan) = (situation.state, situation.plan)
        var waits = Waits()
        waits.held = situation.rows.count { state.isHeld($0.index) && state.jobs[$0.index]?.standing?.outcome == nil }
        waits.throttle = state.throttle
        if let halt = state.halt, !state.isStopped {
            waits.halt = .init(fact: halt, open: situation.rows.count { isOpen($0, in: situation) })
        }
        if isComplete {
            waits.owed = decide(situation).handouts.count
            waits.starved = starved(situation).reduce(0) { $0 + $1.jobs.count }
        }
        let elements = waitingParts(state, plan: plan).reduce(0) { $0 + plan.parts[$1].elements }
        let notBegun = jobsNotBegun(state, plan: plan)
        if elements > 0, notBegun > 0 { (waits.notSubmitted, waits.notBegun) = (elements, notBegun) }
        return waits
    }
}
