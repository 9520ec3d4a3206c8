/// What is recorded of a run's code and data beyond what always is.
public struct ProvenancePolicy: Hashable, Sendable {
    /// What becomes of programs that are not as they are committed.
    public enum Dirty: String, CaseIterable, Sendable {
        /// It is told, and the difference is kept.
        case warn
        /// Nothing is submitted.
        case refuse
    }

    /// Whose contents are put into the store at home.
    public enum Keep: String, CaseIterable, Sendable {
        /// Nobody's.
        case none
        /// What was read.
        case inputs
        /// What was made.
        case outputs
        /// Both.
        case all

        /// What was read is kept.
        public var keepsInputs: Bool { self == .inputs || self == .all }
        /// What was made is kept.
        public var keepsOutputs: Bool { self == .outputs || self == .all }
    }

    /// What becomes of programs that are not as they are committed.
    public var dirty = Dirty.warn
    /// The checksums of scenes are taken when the run is submitted, on the machine where they lie.
    public var inputs = false
    /// Whose contents are put into the store at home.
    public var keep = Keep.none

    /// What holds where nothing is said.
    public init() {}
}
