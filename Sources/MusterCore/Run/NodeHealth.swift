/// Whether a node is to blame when programs can't be started there. Decisions only; facts are read elsewhere.
///
/// A start that fails is held against the node only when the same stage started on another one, so that a wrong config
/// never looks like a sick node.
public struct NodeHealth: Equatable, Sendable {
    /// Jobs that a stage must fail to start for, one after the other, before the node is sick: where it never started on
    /// this node, and where it did.
    static let enough = 2, enoughBehindGood = 5
    /// How long a program that still runs must have run to count as started, in microseconds: what is set up before a
    /// program may take a while to fail.
    static let sure: Int64 = 60_000_000

    /// What other nodes tell of a stage.
    public enum Elsewhere: Equatable, Sendable {
        /// Nobody started it.
        case unknown
        /// It started on this node.
        case started(String)
        /// The very job could not start it on this node either.
        case failedToo(String)
    }

    /// What the facts of a run tell of a stage.
    public struct Facts: Equatable, Sendable {
        /// What other nodes tell.
        public var elsewhere = Elsewhere.unknown
        /// Jobs for which agents of this node could not start it since one last did, but for those that fail elsewhere too.
        public var failedHere: Set<Int> = []
        /// An agent of this node started it.
        public var isGoodHere = false

        /// Nothing is told.
        public init() {}
    }

    /// What a failed start says.
    public enum Verdict: Equatable, Sendable {
        /// The job or its config is to blame.
        case job
        /// This node is, which started the stage on the other one.
        case node(other: String)
        /// This node is, and nothing more should be begun here, for this reason.
        case sick(other: String, reason: String)
    }

    /// Jobs for which a stage could not be started since it last was, by stage.
    private var failed: [String: Set<Int>] = [:]
    /// Stages that were started here.
    private var good: Set<String> = []

    /// Of a node where nothing was started yet.
    public init() {}

    /// Whether a stage ended since its program could not be started: 126 and 127 are what shells say of a program that can't
    /// be run or found, 125 what a set-up says that failed.
    public static func isStartFailure(_ ending: Ending) -> Bool {
        [.failed, .nodeFailed].contains(ending.outcome) && ending.exitCode.map { (125...127).contains($0) } ?? false
    }

    /// Whether an end tells that the stage's program was started: one that was told to end need not have been.
    static func hasStarted(_ ending: Ending) -> Bool {
        switch ending.outcome {
        case .succeeded, .partial, .killed, .oomHost, .oomGPU: true
        case .failed, .nodeFailed: ending.exitCode != nil && !isStartFailure(ending)
        default: ending.duration >= sure
        }
    }

    /// Takes in how a stage ended here that could be started.
    public mutating func ended(_ stage: String, _ ending: Ending) {
        guard Self.hasStarted(ending) else { return }
        good.insert(stage)
        failed[stage] = nil
    }

    /// Takes in that a stage could not be started here for a job; who is to blame, by what the run's facts tell.
    public mutating func couldNotStart(_ stage: String, job: Int, facts: Facts) -> Verdict {
        // What fails everywhere is no sign.
        if case .failedToo = facts.elsewhere { return .job }
        failed[stage, default: []].insert(job)
        guard case .started(let other) = facts.elsewhere else { return .job }
        let count = facts.failedHere.union(failed[stage] ?? []).count
        let hadGood = facts.isGoodHere || good.contains(stage)
        guard count >= (hadGood ? Self.enoughBehindGood : Self.enough) else { return .node(other: other) }
        return .sick(
            other: other, reason: "stage '\(stage)' could not be started here for \(count) jobs, but was on \(other)")
    }

    /// Why a node is sick whose agent was given `given` GPUs and sees `seen` of them, with the memory errors of each that
    /// its driver could not correct; nil for a healthy one, and for one whose GPUs nobody can look at (`seen` is 0).
    public static func sickness(given: Int, seen: Int, uncorrected: [(gpu: String, count: Int64)]) -> String? {
        if seen > 0, seen < given { return "the agent was given \(given) GPUs, and \(seen) can be seen" }
        guard let bad = uncorrected.first(where: { $0.count > 0 }) else { return nil }
        return
            "\(bad.gpu) has \(bad.count) memory error\(bad.count == 1 ? "" : "s") that could not be corrected, since its driver was loaded"
    }
}
