public import MusterCore

/// What came of contents that were to travel between two stores.
public struct StoreReport: Hashable, Sendable {
    /// A content that could not be had there, and why.
    public struct Failure: Hashable, Sendable {
        /// Its SHA-256.
        public var sha256: String
        /// Why.
        public var reason: String

        /// Tells of a failure.
        public init(sha256: String, reason: String) { (self.sha256, self.reason) = (sha256, reason) }
    }

    /// Contents that were asked for, and bytes of these that are known.
    public var contents = 0, size: Int64 = 0
    /// Contents that were there, came there, and took the place of damaged ones.
    public var unchanged = 0, transferred = 0, mended = 0
    /// Bytes that went over the line.
    public var bytes: Int64 = 0
    /// What could not be had there.
    public var failed: [Failure] = []

    /// Nothing so far.
    public init() {}

    /// As a JSON object.
    public var json: JSON {
        .object([
            "schema": 1, "contents": .int(contents), "size": .int(size), "unchanged": .int(unchanged),
            "transferred": .int(transferred), "mended": .int(mended), "bytes": .int(bytes),
            "failed": .array(
                failed.map { .object(["sha256": .string($0.sha256), "reason": .string($0.reason)]) }),
        ])
    }
}
