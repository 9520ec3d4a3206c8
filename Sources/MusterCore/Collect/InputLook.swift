/// How a file on the cluster looks.
public struct InputLook: Hashable, Sendable {
    /// Bytes; -1 for what is no file.
    public var size: Int64
    /// Nanoseconds of its last change since 1970, by the cluster's clock.
    public var changed: Int64
    /// SHA-256 as 64 hex digits; nil where nobody has taken it since that change.
    public var sum: String?

    /// Describes a file.
    public init(size: Int64, changed: Int64, sum: String? = nil) {
        (self.size, self.changed, self.sum) = (size, changed, sum)
    }
}
