/// What a run's steward does about jobs that nobody runs any more. Decisions only: blocks are written and elements are
/// submitted elsewhere.
public enum Steward {
    /// Submissions in a row whose agents began no job before nothing more is submitted.
    public static let fruitless = 2

    /// One row of the job table, as far as decisions need it.
    public struct Row: Hashable, Sendable {
        /// Position in the table.
        public var index: Int
        /// What people call it.
        public var id: String
        /// The point's values.
        public var values: [JSON.Member]

        /// Makes a row.
        public init(index: Int, id: String = "", values: [JSON.Member] = []) {
            self.index = index
            self.id = id
            self.values = values
        }
    }

    /// What the steward knows, after the outboxes were read to their ends.
    public struct Situation {
        /// The run's facts.
        public var state: RunState
        /// The run's plan, with the classes that retries added.
        public var plan: RunPlan
        /// All rows of the job table.
        public var rows: [Row]
        /// The blocks of all generations.
        public var blocks: [Block]
        /// Which element holds a block, by its highest claim.
        public var holders: [String: String]
        /// Elements that have ended for good, by the scheduler's last word.
        public var ended: Set<String>
        /// Some element waits, runs, or can't be told about.
        public var isLive: Bool
        /// The block where a row waits or was last claimed: one may stand in blocks of several generations.
        let place: [Int: Block]

        /// Gathers what is known.
        public init(
            state: RunState, plan: RunPlan, rows: [Row], blocks: [Block], holders: [String: String] = [:],
            ended: Set<String> = [], isLive: Bool = true
        ) {
            self.state = state
            self.plan = plan
            self.rows = rows
            self.blocks = blocks
            self.holders = holders
            self.ended = ended
            self.isLive = isLive
            var place: [Int: Block] = [:]
            for block in blocks {
                for job in block.jobs where place[job].map({ $0.generation <= block.generation }) ?? true {
                    place[job] = block
                }
            }
            self.place = place
        }
    }

    /// What to do.
    public struct Decision: Equatable, Sendable {
        /// What becomes blocks of the next generation.
        public var handouts: [Handout] = []
        /// Nobody is left to draw the blocks that nobody holds: elements must be submitted for them.
        public var needsElements = false
        /// Open jobs for which nothing more will be done, and why.
        public var givenUp: String?

        /// Decides nothing.
        public init() {}
    }

    /// What to do now.
    public static func decide(_ situation: Situation) -> Decision {
        let state = situation.state
        var decision = Decision()
        guard !state.isStopped, state.halt == nil else { return decision }
        var isWaiting = false
        for row in situation.rows where !state.isHeld(row.index) {
            switch outlook(of: row, in: situation) {
            case .closed: continue
            case .owed(let handout): decision.handouts.append(handout)
            case .open:
                guard let block = situation.place[row.index], let holder = situation.holders[block.id] else {
                    isWaiting = true
                    continue
                }
                if situation.ended.contains(holder) {
                    decision.handouts.append(Handout(again: row.index, of: block, in: situation.plan))
                }
            }
        }
        guard !situation.isLive, isWaiting || !decision.handouts.isEmpty else { return decision }
        let barren = fruitlessRounds(state)
        if barren >= fruitless {
            decision.handouts = []
            decision.givenUp =
                "the agents of the last \(barren) submissions began no job, so nothing more is submitted"
        } else {
            decision.needsElements = true
        }
        return decision
    }

    /// How many of the latest submissions led to no attempt at all. With `live` those don't count that may still do.
    static func fruitlessRounds(_ state: RunState, live: Bool = false) -> Int {
        var rounds: [Int: [String]] = [:]
        // Whoever asks for another attempt, or lets jobs go on that were held, wants it tried anew.
        let since = [state.orders.reopened, state.orders.hold?.time].compactMap(\.self).max()
        for (token, submission) in state.submissions
        where (!live || !state.isAtWork(submission)) && since.map({ submission.time > $0 }) ?? true {
            rounds[SubmissionToken.round(of: token) ?? 0, default: []].append(submission.schedulerID ?? "")
        }
        let seen = Set(state.jobs.values.flatMap { $0.attempts.map { RunState.allocation(of: $0.key.element) } })
        return rounds.sorted { $0.key > $1.key }.prefix { _, ids in seen.isDisjoint(with: ids) }.count
    }
}
