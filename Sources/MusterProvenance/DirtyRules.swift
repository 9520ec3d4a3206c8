import MusterCore

/// Which files of a repository count as changed: everything that `git status` names, but results.
public struct DirtyRules: Equatable, Sendable {
    /// Folders whose files never count, from the repository's root, each with its slash.
    public static let always = ["findings/", "outputs/", ".scratch/"]

    /// What git is asked. It prints paths as they are, each ended by a zero byte, whatever the user's settings.
    public static let question = ["status", "--porcelain", "-z", "--untracked-files=all"]

    /// Beginnings of paths, or whole paths, that do not count.
    public var ignored: [String]

    /// The rules of an environment: `MUSTER_DIRTY_CHECK_IGNORE` and `DERIVA_ML_DIRTY_CHECK_IGNORE` are lists with
    /// colons. `also` are paths from the root that the caller writes itself.
    public init(environment: [String: String] = [:], also: [String] = []) {
        let listed = ["MUSTER_DIRTY_CHECK_IGNORE", "DERIVA_ML_DIRTY_CHECK_IGNORE"].flatMap { name in
            (environment[name] ?? "").split(separator: ":").map(String.init)
        }
        ignored = Self.always + (listed + also).filter { !$0.isEmpty }
    }

    /// Whether a path from the root counts. `ignored` names a file, or a folder with all below it; a slash behind it makes
    /// no difference, and `a` does not mean `ab`.
    public func counts(_ path: String) -> Bool {
        !ignored.contains { rule in
            let name = rule.hasSuffix("/") ? String(rule.dropLast()) : rule
            return path == name || path.utf8.starts(with: "\(name)/".utf8)
        }
    }

    /// The paths that count in what git answered, in its order. Of a file that was renamed or copied the new name counts.
    public func changed(_ status: some Collection<UInt8>) -> [String] {
        var changed: [String] = []
        var fields = status.split(separator: 0, omittingEmptySubsequences: true).makeIterator()
        while let field = fields.next() {
            // XY, a blank, the path; of renames and copies the old name is the next field.
            let entry = Array(field)
            guard entry.count > 3, entry[2] == UInt8(ascii: " ") else { continue }
            let letters = entry[..<2]
            if letters.contains(UInt8(ascii: "R")) || letters.contains(UInt8(ascii: "C")) { _ = fields.next() }
            let path = String(decoding: entry[3...], as: UTF8.self)
            if counts(path) { changed.append(path) }
        }
        return changed
    }
}

/// What becomes of code that is not what is committed.
public enum DirtyPolicy: String, CaseIterable, Sendable {
    /// It is told, and kept as a difference.
    case warn
    /// Nothing is started.
    case refuse

    /// What holds in an environment: `*_ALLOW_DIRTY=true` and `*_DRY_RUN=true` make a warning of a refusal;
    /// `MUSTER_DIRTY` names one of the words where nobody else does.
    public func with(environment: [String: String], allowed: Bool = false) -> DirtyPolicy {
        let names = ["MUSTER_ALLOW_DIRTY", "DERIVA_ML_ALLOW_DIRTY", "MUSTER_DRY_RUN", "DERIVA_ML_DRY_RUN"]
        if allowed || names.contains(where: { environment[$0]?.lowercased() == "true" }) { return .warn }
        return environment["MUSTER_DIRTY"].flatMap(DirtyPolicy.init(rawValue:)) ?? self
    }
}

/// Code that is not committed, where that is refused.
public struct DirtyRefused: Error, Equatable, Sendable, CustomStringConvertible {
    /// The repository and the files.
    public var root: String, paths: [String]

    /// Makes a refusal.
    public init(root: String, paths: [String]) {
        self.root = root
        self.paths = paths
    }

    /// Which files, and what to do.
    public var description: String {
        "\(Self.words(root, paths))\n  commit them, ignore them (.gitignore, MUSTER_DIRTY_CHECK_IGNORE=FOLDER:...), or allow it"
            + " once: --allow-dirty, or MUSTER_ALLOW_DIRTY=true"
    }

    /// The files in words, at most eight.
    public static func words(_ root: String, _ paths: [String]) -> String {
        let more = paths.count > 8 ? ", and \(paths.count - 8) more" : ""
        return "the code in \(root) is not what is committed: \(paths.prefix(8).joined(separator: ", "))\(more)"
    }
}
