public import MusterCore

/// What came of bringing inputs to where jobs read them.
public struct StageInReport: Equatable, Sendable {
    /// A file, and why it is not there.
    public struct Failure: Hashable, Sendable {
        /// Its name below the data set's folder.
        public var path: String
        /// Why, in words.
        public var reason: String

        /// Names one.
        public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
    }

    /// Scenes, and their files and bytes.
    public var scenes = 0, files = 0, size: Int64 = 0
    /// Files that were there, and files that got their places from the store or behind a transfer.
    public var unchanged = 0, placed = 0
    /// Contents that travelled, or would; bytes that moved, or would.
    public var transferred = 0, bytes: Int64 = 0
    /// Files that lay in the way and were put aside.
    public var aside = 0
    /// Files with another content than at home, files that are not there and did not travel, and files that are there and not at home.
    public var differing: [String] = [], missing: [String] = [], added: [String] = []
    /// What could not be had there.
    public var failed: [Failure] = []

    /// Nothing yet.
    public init() {}

    /// Whether jobs find what they should.
    public var isComplete: Bool { differing.isEmpty && missing.isEmpty && added.isEmpty && failed.isEmpty }

    /// A line for each of the first `limit` files that are not as they should be.
    public func lines(limit: Int = 20) -> [String] {
        let all =
            differing.map { "differs: \($0)" } + missing.map { "missing: \($0)" } + added.map { "not in it: \($0)" }
            + failed.map { "\($0.path): \($0.reason)" }
        return all.count <= limit ? all : all.prefix(limit) + ["and \(all.count - limit) more"]
    }

    /// `{"schema","scenes","files","size","unchanged","placed","transferred","bytes","aside","differing","missing","added","failed"}`.
    public var json: JSON {
        .object([
            "schema": 1, "scenes": .int(scenes), "files": .int(files), "size": .int(size),
            "unchanged": .int(unchanged), "placed": .int(placed), "transferred": .int(transferred),
            "bytes": .int(bytes), "aside": .int(aside), "differing": .strings(differing),
            "missing": .strings(missing), "added": .strings(added),
            "failed": .array(failed.map { .object(["path": .string($0.path), "reason": .string($0.reason)]) }),
        ])
    }
}
