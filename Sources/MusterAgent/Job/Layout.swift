import Glibc
import MusterCore

/// Puts a job's results in order by its pipeline's rules.
struct Layout {
    /// The attempt's folder.
    let folder: String

    /// Why a rule could not be followed.
    struct Failure: Error {
        var text: String
    }

    /// Applies the rules one after the other; what was moved.
    func apply(_ rules: [LayoutRule]) throws(Failure) -> [PathChanges.Move] {
        var moves: [PathChanges.Move] = []
        for rule in rules {
            switch rule {
            case .move(let pattern, let target, let isFirst):
                var taken: Set<String?> = []
                for (path, captures) in find(pattern) {
                    let place = LayoutRule.target(target, captures: captures)
                    guard taken.insert(place).inserted || !isFirst else { continue }
                    try move(path, to: place, target).map { moves.append($0) }
                }
            case .remove(let pattern, let ifEmpty):
                for (path, _) in find(pattern) { try remove(path, ifEmpty: ifEmpty) }
            }
        }
        return moves
    }

    /// Whether the pattern finds anything.
    func holds(_ pattern: PathPattern) -> Bool { !find(pattern).isEmpty }

    /// The paths that the pattern finds, in the order of their bytes.
    func paths(_ pattern: PathPattern) -> [String] { find(pattern).map(\.path) }

    /// Paths that the pattern finds, in the order of their bytes, with what its stars stand for. Muster's own records are
    /// never found.
    private func find(_ pattern: PathPattern) -> [(path: String, captures: [String])] {
        var found: [(path: String, captures: [String])] = [("", [])]
        for level in pattern.levels {
            found = found.flatMap { place in
                let below = place.path.isEmpty ? folder : "\(folder)/\(place.path)"
                let names = (Files.names(in: below) ?? []).filter { $0 != ".muster" || !place.path.isEmpty }
                return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { name in
                    PathPattern.captures(level, in: name).map { stars in
                        (place.path.isEmpty ? name : "\(place.path)/\(name)", place.captures + stars)
                    }
                }
            }
        }
        return found
    }

    /// What was moved; nil for what lies there already.
    private func move(
        _ path: String, to target: String?, _ template: String
    ) throws(Failure) -> PathChanges.Move? {
        guard let target else {
            throw Failure(text: "'\(path)' can't go to '\(template)': a part of its name is no number")
        }
        let (from, to) = ("\(folder)/\(path)", "\(folder)/\(target)")
        guard from != to else { return nil }
        guard !Files.exists(to) else { throw Failure(text: "'\(path)' can't go to '\(target)': that is there already") }
        if let slash = to.lastIndex(of: "/") {
            do {
                try Files.makeFolders(String(to[..<slash]))
            } catch {
                throw Failure(text: "'\(path)' can't go to '\(target)': \(error)")
            }
        }
        guard rename(from, to) == 0 else {
            throw Failure(text: "'\(path)' can't go to '\(target)': \(String(cString: strerror(errno)))")
        }
        return .init(from: path, to: target)
    }

    private func remove(_ path: String, ifEmpty: Bool) throws(Failure) {
        let whole = "\(folder)/\(path)"
        if ifEmpty {
            // A folder that holds something stays, and so does a file.
            rmdir(whole)
            return
        }
        // Deepest first; a link is removed, not what it leads to.
        var open = [whole]
        var folders: [String] = []
        while let next = open.popLast() {
            guard let status = Files.status(next) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                folders.append(next)
                open += (Files.names(in: next) ?? []).map { "\(next)/\($0)" }
            } else if unlink(next) != 0 {
                throw Failure(text: "'\(path)' can't be removed: \(String(cString: strerror(errno)))")
            }
        }
        for next in folders.reversed() where rmdir(next) != 0 {
            throw Failure(text: "'\(path)' can't be removed: \(String(cString: strerror(errno)))")
        }
    }
}
