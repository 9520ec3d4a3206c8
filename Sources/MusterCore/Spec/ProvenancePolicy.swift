/// What is recorded of a run's code and data beyond what always is.
public struct ProvenancePolicy: Hashable, Sendable {
    /// What becomes of programs that are not as they are committed.
    public enum Dirty: String, CaseIterable, Sendable {
        /// It is told, and the difference is kept.
        case warn
        /// Nothing is submitted.
        case refuse
    }

    /// What becomes of programs that are not as they are committed.
    public var dirty = Dirty.warn
    /// The checksums of scenes are taken when the run is submitted, on the machine where they lie.
    public var inputs = false

    /// What holds where nothing is said.
    public init() {}
}
