/// How it stands with a product. Who says so does not matter: a runner in a process, or the records of a sweep's results.
public enum ProductStatus: String, Hashable, Sendable, CaseIterable {
    /// At hand, made from what is asked for now: in a runner's memory, or in a published result of a sweep.
    case cached
    /// On disk, made from what is asked for now; in a sweep, left by an attempt that was not published.
    case onDisk = "on_disk"
    /// A step is at work on it.
    case building
    /// There, but made from something else, or changed since it was made.
    case stale
    /// Not there.
    case missing
}
