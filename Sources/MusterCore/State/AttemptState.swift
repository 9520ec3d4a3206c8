/// What is known of one attempt: a fold of its events.
///
/// Every part is a maximum (or a set), so any order and any repetition of the same events gives the same state.
public struct AttemptState: Equatable, Sendable {
    /// Submitted < running < ended.
    public enum Phase: Int, Comparable, Sendable {
        case submitted, running, ended
        /// The order.
        public static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where and when it began.
    public struct Start: Equatable, Sendable {
        /// When, by the agent's clock.
        public var time: Timestamp
        /// The node.
        public var node: String
        /// The agent's slot.
        public var slot: Int
        /// The attempt's own folder.
        public var folder: String
    }

    /// Its identity.
    public let key: AttemptKey
    /// Where and when it began, once told.
    public internal(set) var start: Start?
    /// What the agent said about its end.
    public internal(set) var said: Said?
    /// The scheduler's last word on its element. Dropped when the agent's own word settles the matter.
    public internal(set) var word: SchedulerWord?
    /// Its stages in the order in which they began.
    public internal(set) var stages: [StageState] = []
    /// Out-of-memory facts, each once, ordered by their ids.
    public internal(set) var ooms: [OOMFact] = []

    /// Resident memory that was last seen of it, in bytes, when its agent said no more.
    public internal(set) var lastRSS: Int64?
    /// Why it is not to blame that its element ran out of memory.
    public internal(set) var excuse: String?

    /// An attempt of which nothing is known yet.
    public init(key: AttemptKey) { self.key = key }

    /// The agent saw it end: nothing that the scheduler says can change the outcome any more.
    public var isSettled: Bool { (said?.rank ?? .lost) > .told }

    /// Takes in an event; one about something else, or a sample, changes nothing.
    public mutating func apply(_ event: Event) {
        guard let id = event.factID else { return }
        if case .scheduler(let element, let restart, let state, let exit, let ended) = event.body {
            guard element == key.element else { return }
            close(SchedulerWord(restart: restart, state: state, exit: exit, ended: ended, time: event.time))
        }
        guard event.body.attempt == key else { return }
        switch event.body {
        case .jobStarted(_, let node, let slot, let folder):
            begin(Start(time: event.time, node: node, slot: slot, folder: folder))
        case .jobEnded(_, let ending, let superseded):
            said = Said.winner(said, Said(ending, at: event.time, flag: superseded))
            if isSettled { word = nil }
        case .stageStarted(_, let stage, _):
            change(stage) { $0.start(at: event.time) }
        case .stageEnded(_, let stage, let ending, let reused):
            change(stage) { $0.end(Said(ending, at: event.time, flag: reused)) }
        case .oom(_, let stage, let kills, let limit):
            guard !ooms.contains(where: { $0.id == id }) else { return }
            ooms.append(OOMFact(id: id, stage: stage, kills: kills, limit: limit))
            ooms.sort { $0.id < $1.id }
        case .lastSeen(_, let rss, let excuse):
            lastRSS = [lastRSS, rss].compactMap { $0 }.max()
            self.excuse = [self.excuse, excuse].compactMap { $0 }.min()
        default: break
        }
    }

    private mutating func begin(_ new: Start) {
        func order(_ start: Start) -> (Timestamp, String, Int, String) {
            (start.time, start.node, start.slot, start.folder)
        }
        guard let old = start, order(old) <= order(new) else {
            start = new
            return
        }
    }

    private mutating func change(_ stage: String, _ body: (inout StageState) -> Void) {
        var state = stages.first { $0.name == stage } ?? StageState(name: stage)
        body(&state)
        stages.removeAll { $0.name == stage }
        stages.append(state)
        stages.sort(by: StageState.comesFirst)
    }

    /// Takes in the scheduler's word on its element. An element that ended in a later restart ended this one too; the
    /// restart nearest to the attempt's own counts.
    mutating func close(_ new: SchedulerWord) {
        guard new.ended, new.restart >= key.restart, !isSettled else { return }
        if let old = word {
            guard new.restart < old.restart || (new.restart == old.restart && new.counts(over: old)) else { return }
        }
        word = new
    }
}
