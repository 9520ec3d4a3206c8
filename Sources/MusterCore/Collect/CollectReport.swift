/// What came of collecting.
public struct CollectReport: Equatable, Sendable {
    /// A file that is not at home, and why.
    public struct Failure: Hashable, Sendable {
        /// The job's id and the path in its folder; for a job of which nothing could be had, an empty path.
        public var job: String, path: String
        /// Why, in words.
        public var reason: String

        /// Names one.
        public init(job: String, path: String, reason: String) {
            (self.job, self.path, self.reason) = (job, path, reason)
        }
    }

    /// Files that came, and those that were there.
    public var transferred = 0, unchanged = 0
    /// Bytes that moved: of files that were here in part, the rest of them.
    public var bytes: Int64 = 0
    /// Files that differ at home and were kept: job and path.
    public var kept: [Failure] = []
    /// What could not be had.
    public var failed: [Failure] = []

    /// Jobs whose folders are not there any more.
    public var gone = 0

    /// Nothing yet.
    public init() {}

    /// Whether all is at home.
    public var isComplete: Bool { kept.isEmpty && failed.isEmpty }

    /// `{"schema","transferred","unchanged","kept","failed","bytes"}`.
    public var json: JSON {
        func list(_ failures: [Failure]) -> JSON {
            .array(
                failures.map {
                    .object(["job": .string($0.job), "path": .string($0.path), "reason": .string($0.reason)])
                })
        }
        return .object([
            "schema": 1, "transferred": .int(transferred), "unchanged": .int(unchanged), "kept": list(kept),
            "failed": list(failed), "bytes": .int(bytes),
        ])
    }
}
