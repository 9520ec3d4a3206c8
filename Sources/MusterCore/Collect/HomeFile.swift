/// A file at home in the place of one of a result.
public struct HomeFile: Hashable, Sendable {
    /// Bytes.
    public var size: Int64
    /// Nanoseconds of its last change since 1970.
    public var changed: Int64
    /// SHA-256 as 64 hex digits; nil where nobody has taken it since that change.
    public var sum: String?

    /// Describes a file.
    public init(size: Int64, changed: Int64, sum: String? = nil) {
        (self.size, self.changed, self.sum) = (size, changed, sum)
    }

    /// What is to be done about a file of a result.
    public enum Decision: Hashable, Sendable {
        /// It comes home.
        case fetch
        /// It is there.
        case unchanged
        /// The sum of what lies at home must be taken first.
        case look
        /// Something else lies in its place, which stays unless somebody says otherwise.
        case differs
    }

    /// Decides about `there` when `here` lies in its place; with `force` what differs is replaced.
    ///
    /// Sums decide where both are known. Without the result's own, size and time do: what came home has the time of its
    /// original.
    public static func decide(_ there: ResultFile, here: HomeFile?, force: Bool) -> Decision {
        guard let here else { return .fetch }
        let other: Decision = force ? .fetch : .differs
        guard here.size == there.size else { return other }
        guard let wanted = there.sum else { return here.changed == there.changed ? .unchanged : other }
        guard let found = here.sum else { return .look }
        return found == wanted ? .unchanged : other
    }
}
