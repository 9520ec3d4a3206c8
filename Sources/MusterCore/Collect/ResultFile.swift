/// A file of a job's result where it was made.
public struct ResultFile: Hashable, Sendable {
    /// Relative to the job's folder; no part of it is `..`.
    public var path: String
    /// Bytes.
    public var size: Int64
    /// Nanoseconds of its last change since 1970.
    public var changed: Int64
    /// SHA-256 as 64 hex digits, as the agent took it when the stage had ended; nil where it took none.
    public var sum: String?

    /// Describes a file.
    public init(path: String, size: Int64, changed: Int64, sum: String? = nil) {
        (self.path, self.size, self.changed, self.sum) = (path, size, changed, sum)
    }

    /// The files of a list that an agent wrote (`.muster/files.json`), without folders, links and what would lie elsewhere; nil
    /// for anything else.
    public static func list(_ json: JSON) -> [ResultFile]? {
        guard let entries = json.array else { return nil }
        var files: [ResultFile] = []
        for entry in entries {
            guard let parts = entry.array, parts.count >= 4, let path = parts[0].string, let mode = parts[1].int,
                let size = parts[2].int, let changed = parts[3].int
            else { return nil }
            // S_IFREG of inode(7).
            guard mode & 0o170000 == 0o100000, isInside(path) else { continue }
            files.append(
                ResultFile(path: path, size: size, changed: changed, sum: parts.count > 4 ? parts[4].string : nil))
        }
        return files
    }

    /// Whether a path stays below the folder that it is relative to.
    public static func isInside(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.contains("\0")
            && !path.split(separator: "/", omittingEmptySubsequences: false).contains {
                $0.isEmpty || $0 == ".." || $0 == "."
            }
    }
}

/// Which files of a result are wanted.
public struct ResultFilter: Sendable {
    private let isAll: Bool
    private let globs: [String]
    private let paths: [PathPattern]
    private let assets: Set<String>

    /// The patterns of summaries where the pipeline names none.
    public static let usual = ["*.csv", "*.json", "*.jsonl", "*.yaml", "*.txt", "*.md"]

    /// - Parameters:
    ///   - summaries: The pipeline's patterns of summaries; none for the usual.
    ///   - stages: The pipeline's stages, whose products may be asked for.
    ///   - assets: Paths that programs named in this result.
    public init(_ spec: CollectSpec, summaries: [String], stages: [StageSpec], assets: Set<String> = []) {
        isAll = spec.files == .all
        var globs: [String] = []
        switch spec.files {
        case .all: break
        case .globs(let named): globs = named
        case .summaries: globs = (summaries.isEmpty ? Self.usual : summaries) + [spec.metrics ?? "metrics.jsonl"]
        }
        self.globs = globs
        self.assets = spec.files == .summaries ? assets : []
        paths = stages.flatMap { stage in
            stage.files.flatMap { product, patterns in
                spec.stages.contains(stage.name) || spec.products.contains(product) ? patterns : []
            }
        }
    }

    /// Whether the file is wanted. A pattern is met by the file's name, by its path, or by the end of its path.
    public func wants(_ path: String) -> Bool {
        if isAll { return true }
        let tails = Self.tails(path)
        if globs.contains(where: { glob in tails.contains { Glob.matches(glob, $0) } }) { return true }
        if paths.contains(where: { $0.holds(path) }) { return true }
        return Self.heads(path).contains(where: assets.contains)
    }

    /// `a/b/c`, `b/c`, `c`.
    private static func tails(_ path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.map { parts[$0...].joined(separator: "/") }
    }

    /// `a`, `a/b`, `a/b/c`.
    private static func heads(_ path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }
}

extension PathPattern {
    /// Whether the pattern finds the path, or a folder that it lies in.
    public func holds(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.count >= levels.count
            && zip(levels, parts).allSatisfy { PathPattern.captures($0, in: String($1)) != nil }
    }
}
