public import MusterCore

/// One hand-over to a scheduler.
public struct Submission: Hashable, Sendable {
    /// Its token: the job's name, made from run, array and generation, so that two deciders make the same one.
    public var token: String
    /// Elements of the array.
    public var elements: Int
    /// The class of sizes that its elements are for.
    public var size: Int
    /// The scheduler's ids of submissions whose elements should have ended before: only a hint to start later.
    public var after: [String] = []
    /// The class whose batch script they use.
    public var script: Int
    /// How many of its elements may run at once; nil for any number.
    public var throttle: Int?
    /// What they ask for instead of what the script says; nil where it says all.
    public var request: ElementRequest?

    /// The submission of array `part` in `round` of the run `plan`, away from the nodes `sick`.
    public init(_ plan: RunPlan, round: Int, part: Int, elements: Int, sick: some Sequence<String> = []) {
        self.init(
            plan, token: SubmissionToken.make(run: plan.run, round: round, part: part), elements: elements, sick: sick)
    }

    /// A submission of the run `plan` that was announced before, away from the nodes `sick`.
    public init(_ plan: RunPlan, token: String, elements: Int, sick: some Sequence<String> = []) {
        let place = SubmissionToken.place(of: token)
        self.token = token
        size = place.map { plan.size(round: $0.round, part: $0.part) } ?? 0
        script = plan[size].base ?? size
        request = ElementRequest(plan, size: size, sick: sick)
        self.elements = elements
    }
}

/// A submission that the scheduler took.
public struct HandedOver: Hashable, Sendable {
    /// The scheduler's id.
    public var id: String
    /// Elements of the array.
    public var elements: Int
    /// When it was announced.
    public var time: Timestamp

    /// Names a submission.
    public init(id: String, elements: Int, time: Timestamp) {
        self.id = id
        self.elements = elements
        self.time = time
    }
}

/// Who starts the elements of a run.
public protocol Scheduler: Sendable {
    /// Hands over a submission exactly once and returns the scheduler's id: one that already took the token is found
    /// and not started again.
    func submit(_ submission: Submission, in paths: RunPaths) async throws -> String
    /// The scheduler's word on every element of these submissions; ``ElementState/unknown`` where it has none.
    func states(of submissions: [HandedOver], in paths: RunPaths) async throws -> [ElementState]
    /// How the earlier runs of elements ended that were started again; empty where nobody keeps a record of it.
    func earlierEnds(of submissions: [HandedOver]) async throws -> [ElementState]
    /// Why elements of these submissions wait, in words; one call for all. Empty where it has no reasons of its own.
    func hindrances(of submissions: [HandedOver], in paths: RunPaths) async throws -> [Hindrance]
    /// Ends the elements of these ids.
    func cancel(_ ids: [String], in paths: RunPaths) async throws
    /// Takes back those elements of these ids that have not started.
    func cancelWaiting(_ ids: [String]) async throws
    /// Has elements of these ids that have not started wait, or lets them go on. Where nothing of them waits that is no
    /// failure.
    func hold(_ ids: [String], _ isHeld: Bool) async throws
    /// How many elements of each id may run at once; 0 for any number. Where nothing of them is left that is no failure.
    func throttle(_ ids: [String], to elements: Int) async throws
    /// Programs of the scheduler that were started since the last call, by name.
    func takeCalls() async -> [JSON.Member]
}

/// The scheduler's word on one element.
public struct ElementState: Hashable, Sendable {
    /// The state of an element that the scheduler does not know: not yet, or no longer.
    public static let unknown = "UNKNOWN"

    /// The element: `ARRAYJOB_TASK`, `JOB`, or `local-...`.
    public var element: String
    /// How often it was restarted.
    public var restart: Int
    /// The state in the scheduler's own word.
    public var state: String
    /// The exit in the scheduler's own form.
    public var exit: String
    /// True when it has ended for good.
    public var hasEnded: Bool

    /// Makes a state.
    public init(element: String, restart: Int, state: String, exit: String, hasEnded: Bool) {
        self.element = element
        self.restart = restart
        self.state = state
        self.exit = exit
        self.hasEnded = hasEnded
    }
}
