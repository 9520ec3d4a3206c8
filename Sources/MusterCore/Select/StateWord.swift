/// A word for where jobs stand: one of a standing or an outcome, or one for several of them.
public enum StateWord: Hashable, Sendable {
    /// The standing itself, such as `running` or `oom_gpu`.
    case standing(Standing)
    /// Ended otherwise than by success or cancelling.
    case failed
    /// Ended for want of memory, of the host's or a GPU's.
    case oom
    /// Not begun yet.
    case waiting
    /// Over.
    case ended
    /// Not begun, and must wait.
    case held

    private static let groups: [(word: String, value: StateWord)] = [
        ("failed", .failed), ("oom", .oom), ("waiting", .waiting), ("ended", .ended), ("held", .held),
    ]

    /// All words, those for several standings first.
    public static let words: [String] =
        groups.map(\.word) + ["planned", "submitted", "queued", "running"]
        + Outcome.allCases.map(\.rawValue).filter { $0 != "failed" }

    /// Reads a word; nil for one that there is not.
    public init?(_ word: String) {
        if let group = Self.groups.first(where: { $0.word == word }) {
            self = group.value
        } else if let standing = Standing(word) {
            self = .standing(standing)
        } else {
            return nil
        }
    }

    /// Whether a job stands so.
    public func holds(for job: JobSelector.Subject) -> Bool {
        switch self {
        case .standing(let standing): job.standing == standing
        case .failed: job.standing.outcome.map { ![.succeeded, .cancelled].contains($0) } ?? false
        case .oom: [.oomHost, .oomGPU].contains(job.standing.outcome)
        case .waiting: [.planned, .submitted, .queued].contains(job.standing)
        case .ended: job.standing.outcome != nil
        case .held: job.isHeld && StateWord.waiting.holds(for: job)
        }
    }
}
