/// How it stands with a product. Who says so does not matter: a runner in this process, or a cluster's records.
public enum ProductStatus: String, Hashable, Sendable, CaseIterable {
    /// In memory, made from what is asked for now.
    case cached
    /// On disk, made from what is asked for now.
    case onDisk = "on_disk"
    /// A step is at work on it.
    case building
    /// There, but made from something else, or changed since it was made.
    case stale
    /// Not there.
    case missing
}
