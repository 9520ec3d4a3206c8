/// What a run's steward does about jobs that nobody runs any more. Decisions only: blocks are written and elements are
/// submitted elsewhere.
public enum Steward {
    /// Attempts that a job may lose to a dead agent or node before it is left so.
    public static let attempts = 3
    /// Submissions in a row whose agents began no job before nothing more is submitted.
    public static let fruitless = 2

    /// What the steward knows, after the outboxes were read to their ends.
    public struct Situation {
        /// The run's facts.
        public var state: RunState
        /// Jobs in the table.
        public var jobCount: Int
        /// The blocks of all generations.
        public var blocks: [Block]
        /// Which element holds a block, by its highest claim.
        public var holders: [String: String]
        /// Elements that have ended for good, by the scheduler's last word.
        public var ended: Set<String>
        /// Some element waits, runs, or can't be told about.
        public var isLive: Bool

        /// Gathers what is known.
        public init(
            state: RunState, jobCount: Int, blocks: [Block], holders: [String: String], ended: Set<String>, isLive: Bool
        ) {
            self.state = state
            self.jobCount = jobCount
            self.blocks = blocks
            self.holders = holders
            self.ended = ended
            self.isLive = isLive
        }
    }

    /// What to do.
    public struct Decision: Equatable, Sendable {
        /// Jobs that become blocks of the next generation.
        public var leftOver: [Int] = []
        /// Nobody is left to draw the blocks that nobody holds: elements must be submitted for them.
        public var needsElements = false
        /// Open jobs for which nothing more will be done, and why.
        public var givenUp: String?

        /// Decides nothing.
        public init() {}
    }

    /// Whether a job may still get another attempt, or has one.
    ///
    /// An end that somebody asked for, without asking muster (preemption, a requeue by hand), counts once the element
    /// has ended for good: until then the scheduler may start it again.
    public static func isOpen(_ job: JobState?, in state: RunState, ended: Set<String>) -> Bool {
        guard let outcome = (job?.standing ?? state.standing).outcome else { return true }
        guard let job, !job.isCached, !state.isCancelled, !job.isCancelled else { return false }
        switch outcome {
        case .lost, .nodeFailed:
            return job.attempts.count { [.lost, .nodeFailed].contains($0.ending?.outcome) } < attempts
        case .cancelled, .preempted:
            return job.attempts.last.map { !ended.contains($0.key.element) } ?? false
        case .timeout:
            // Its element is started again by its own wish, so that the job goes on.
            guard let key = job.attempts.last?.key, !ended.contains(key.element) else { return false }
            let run = RunState.ElementRun(element: key.element, restart: key.restart)
            return state.requeued.contains(run) && !state.requeuesRefused.contains(run)
        default: return false
        }
    }

    /// What to do now.
    public static func decide(_ situation: Situation) -> Decision {
        let state = situation.state
        var decision = Decision()
        let open = Set((0..<situation.jobCount).filter { isOpen(state.jobs[$0], in: state, ended: situation.ended) })
        guard !open.isEmpty, !state.isCancelled else { return decision }
        // A job may stand in blocks of several generations; the last one is where it waits.
        var place: [Int: Block] = [:]
        for block in situation.blocks {
            for job in block.jobs where place[job].map({ $0.generation <= block.generation }) ?? true {
                place[job] = block
            }
        }
        var isWaiting = false
        for job in open.sorted() {
            guard let block = place[job], let holder = situation.holders[block.id] else {
                isWaiting = true
                continue
            }
            if situation.ended.contains(holder) { decision.leftOver.append(job) }
        }
        guard !situation.isLive else { return decision }
        guard isWaiting || !decision.leftOver.isEmpty else { return decision }
        let barren = fruitlessRounds(state)
        if barren >= fruitless {
            decision.leftOver = []
            decision.givenUp =
                "the agents of the last \(barren) submissions began no job, so nothing more is submitted"
        } else {
            decision.needsElements = true
        }
        return decision
    }

    /// How many of the latest submissions led to no attempt at all.
    static func fruitlessRounds(_ state: RunState) -> Int {
        var rounds: [Int: [String]] = [:]
        for (token, submission) in state.submissions {
            rounds[SubmissionToken.round(of: token) ?? 0, default: []].append(submission.schedulerID ?? "")
        }
        let seen = Set(state.jobs.values.flatMap { $0.attempts.map { allocation(of: $0.key.element) } })
        return rounds.sorted { $0.key > $1.key }.prefix { _, ids in seen.isDisjoint(with: ids) }.count
    }

    /// `1234_5` belongs to `1234`; other elements are their own.
    private static func allocation(of element: String) -> String {
        element.hasPrefix(ClaimHolder.localPrefix) ? element : String(element.prefix { $0 != "_" })
    }
}

/// The name of a submission, made from run, round and part, so that two deciders make the same one.
public enum SubmissionToken {
    /// `muster.RUN.gROUND.aPART`. Commas would break Slurm's filters by name; run ids have none.
    public static func make(run: String, round: Int, part: Int) -> String { "muster.\(run).g\(round).a\(part)" }

    /// The round of a token; nil for another text.
    public static func round(of token: String) -> Int? { place(of: token)?.round }

    /// The round and the part of a token; nil for another text.
    public static func place(of token: String) -> (round: Int, part: Int)? {
        let words = token.split(separator: ".").suffix(2)
        guard words.count == 2, let first = words.first, first.first == "g", let last = words.last, last.first == "a",
            let round = Int(first.dropFirst()), let part = Int(last.dropFirst())
        else { return nil }
        return (round, part)
    }
}
