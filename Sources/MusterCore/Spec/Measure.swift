/// What agents measure only where it is asked for, because it costs.
public enum Measure: String, CaseIterable, Sendable {
    /// The proportional set size, in which memory that processes share counts once: about 10 ms for each GiB, at each new
    /// height of a stage's memory.
    case pss
}
