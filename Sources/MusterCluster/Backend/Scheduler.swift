public import MusterCore

/// One hand-over to a scheduler.
public struct Submission: Hashable, Sendable {
    /// Its token: the job's name, made from run, array and generation, so that two deciders make the same one.
    public var token: String
    /// Elements of the array.
    public var elements: Int

    /// The submission of array part `part` in `generation` of `run`. Commas would break Slurm's filters by name; run
    /// ids have none.
    public init(run: String, generation: Int, part: Int, elements: Int) {
        token = "muster.\(run).g\(generation).a\(part)"
        self.elements = elements
    }
}

/// Who starts the elements of a run.
public protocol Scheduler: Sendable {
    /// Hands over a submission exactly once and returns the scheduler's id: one that already took the token is found
    /// and not started again.
    func submit(_ submission: Submission, in paths: RunPaths) async throws -> String
    /// The scheduler's word on the elements of these ids.
    func states(of ids: [String], in paths: RunPaths) async throws -> [ElementState]
    /// Ends the elements of these ids.
    func cancel(_ ids: [String], in paths: RunPaths) async throws
    /// Programs of the scheduler that were started since the last call, by name.
    func takeCalls() async -> [JSON.Member]
}

/// The scheduler's word on one element.
public struct ElementState: Hashable, Sendable {
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
