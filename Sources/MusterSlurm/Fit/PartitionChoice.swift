/// A partition and all that speaks against it.
public struct PartitionRefusal: Hashable, Sendable, CustomStringConvertible {
    /// Its name.
    public let partition: String
    /// Why it will not do, at least one.
    public let misfits: [Misfit]

    /// `gpu: at most 4 GPUs of type a100 a node, 8 asked`, behind the partition's name.
    public var description: String {
        "partition '\(partition)': " + misfits.map(\.description).joined(separator: "; ")
    }
}

/// Where an allocation goes.
public enum PartitionChoice: Hashable, Sendable {
    /// Why a partition was taken.
    public enum Reason: Hashable, Sendable {
        /// The user named it.
        case named
        /// It is the site's default and fits.
        case isDefault
        /// The default one does not fit, and of those that do it fits best.
        case tightest
        /// The site told of no partitions: Slurm decides.
        case unknown
    }

    /// What was taken.
    public struct Chosen: Hashable, Sendable {
        /// Its name, several with commas where several were named; nil leaves the choice to Slurm.
        public let name: String?
        /// Why.
        public let reason: Reason
        /// What speaks against it for now, for a person to read.
        public let remarks: [Misfit]
        /// What holds there; of several partitions in the one with the shortest time limit.
        public let limits: SiteLimits?
    }

    /// It goes there.
    case chosen(Chosen)
    /// It fits nowhere: why not, for each partition that was looked at.
    case none([PartitionRefusal])
}
