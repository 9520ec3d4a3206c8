public import MusterCore

/// What a folder of products holds, and what each was made from: the content of `manifest.json`.
public struct ProductManifest: Hashable, Sendable {
    /// The version that this code reads and writes.
    public static let version: Int64 = 1

    /// What is known of each product, by name.
    public var entries: [String: Entry]

    /// Makes a manifest.
    public init(entries: [String: Entry] = [:]) { self.entries = entries }

    /// What is known of one product.
    public struct Entry: Hashable, Sendable {
        /// How its files are read: `json`, `bytes`, `files`, `file`, or a type of a program's own.
        public var type: String
        /// Its files. Relative paths are the folder's own, absolute ones a user's, which are never removed.
        public var files: [File]
        /// When it was complete.
        public var savedAt: Timestamp
        /// What it was made from, in short; nil when that is not known, and then it is never fresh.
        public var key: CacheKey?
        /// What it was made from, in full.
        public var inputs: Inputs
        /// The process that made it.
        public var maker: Maker
        /// How long its step ran, in seconds.
        public var duration: Double
        /// What the step says of it.
        public var metadata: [JSON.Member]

        /// Makes an entry.
        public init(
            type: String, files: [File], savedAt: Timestamp, key: CacheKey?, inputs: Inputs, maker: Maker,
            duration: Double, metadata: [JSON.Member] = []
        ) {
            (self.type, self.files, self.savedAt, self.key) = (type, files, savedAt, key)
            (self.inputs, self.maker, self.duration, self.metadata) = (inputs, maker, duration, metadata)
        }
    }

    /// A file as it was when the product was complete.
    public struct File: Hashable, Sendable {
        /// Relative to the products' folder, or absolute for a user's own file.
        public var path: String
        /// Its size in bytes.
        public var size: Int64
        /// Its SHA-256 as 64 hex digits; nil where the rules say that it is too large for one.
        public var sha256: String?

        /// Describes a file.
        public init(path: String, size: Int64, sha256: String?) {
            (self.path, self.size, self.sha256) = (path, size, sha256)
        }
    }

    /// What went into a key.
    public struct Inputs: Hashable, Sendable {
        /// The step and the version of its code.
        public var step: String, code: String
        /// The parameters that results depend on; nil when nobody said which.
        public var config: [JSON.Member]?
        /// The keys of what was required, by product; nil for one without.
        public var requires: [String: CacheKey?]

        /// Describes what went in.
        public init(step: String, code: String, config: [JSON.Member]?, requires: [String: CacheKey?]) {
            (self.step, self.code, self.config, self.requires) = (step, code, config, requires)
        }
    }
}
