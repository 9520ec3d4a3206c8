import MusterCore

/// A folder of code of which a run gets a copy.
struct CodeCopy: Equatable {
    /// The folder without links, and how people may write it.
    var root: String, from: [String]
    /// What git knows of it is copied; else all that lies in it.
    var isGit: Bool
    /// Files that commands name, from the root: they are copied even if git ignores them.
    var named: [String] = []
    /// Folders in it that are linked and not copied, from the root: results, data.
    var left: [String] = []
    /// Where the copy is to lie.
    var to: String

    /// Where the copy of a file lies; nil for one of another folder.
    func place(of real: String) -> String? { rest(real).map { "\(to)/\($0)" } }

    fileprivate func rest(_ real: String) -> String? {
        real.hasPrefix(root + "/") ? String(real.dropFirst(root.count + 1)) : nil
    }

    /// What was found out about a path that a stage names.
    struct Look: Equatable {
        var stage: String
        /// As it is named, but absolute; and without links.
        var path: String, real: String
        /// The working tree that it lies in.
        var root: String?
        /// The folders above `path` and itself, as they are written and without links.
        var above: [Above] = []
        /// It is a file, and was named in the command and not sought in PATH.
        var isFile: Bool, isSought = false

        struct Above: Equatable { var path: String, real: String }
    }

    /// A folder that the config names.
    struct Named: Equatable {
        var path: String, real: String, isGit: Bool
    }

    /// Why there can be no copy.
    struct Mistake: Error, Equatable {
        var words: String, hint: String
    }

    /// Which folders are copied to `place`: those that the config names, and the repositories of what stages name. What `left`
    /// names is neither copied nor looked through.
    static func choose(
        _ looks: [Look], named: [Named], home: String, left: [String], in place: String
    ) throws(Mistake) -> [CodeCopy] {
        var copies: [CodeCopy] = []
        func add(_ root: String, isGit: Bool) -> Int {
            if let known = copies.firstIndex(where: { $0.root == root }) { return known }
            let name = root.split(separator: "/").last.map(String.init) ?? "root"
            let isTaken = copies.contains { $0.to == "\(place)/\(name)" }
            copies.append(
                CodeCopy(
                    root: root, from: [root], isGit: isGit,
                    to: "\(place)/\(name)" + (isTaken ? "-\(copies.count + 1)" : "")))
            return copies.count - 1
        }
        for folder in named {
            let index = add(folder.real, isGit: folder.isGit)
            copies[index].note(folder.path, home: home)
        }
        for look in looks {
            let owner = named.filter { look.real == $0.real || look.real.hasPrefix($0.real + "/") }
                .max { $0.real.count < $1.real.count }
            guard let root = owner?.real ?? look.root else { continue }
            let index = add(root, isGit: owner?.isGit ?? true)
            if let rest = copies[index].rest(look.real), look.isFile, !copies[index].named.contains(rest) {
                copies[index].named.append(rest)
            }
            for above in look.above where above.real == root { copies[index].note(above.path, home: home) }
        }
        let outside = looks.filter { look in look.isFile && !copies.contains { $0.rest(look.real) != nil } }
        for stage in Set(looks.map(\.stage)).sorted() {
            let own = looks.filter { $0.stage == stage && $0.isFile && !$0.isSought }
            guard let first = own.first, own.allSatisfy(outside.contains),
                !looks.contains(where: { $0.stage == stage && !$0.isFile && $0.root != nil })
            else { continue }
            let folder = first.real.split(separator: "/").dropLast().map { "/\($0)" }.joined()
            throw Mistake(
                words:
                    "'\(first.path)' of the stage '\(stage)' is in no repository, so nothing tells what belongs to it",
                hint: "name its folder: code: {snapshot: [\(folder)]}, or run 'git init' there")
        }
        guard !copies.isEmpty else {
            throw Mistake(
                words:
                    "'code: snapshot' finds nothing to copy: no command names a file and no stage has a folder that is in a repository",
                hint: "name folders: code: {snapshot: [FOLDER]}")
        }
        for index in copies.indices {
            let roots = copies[index].from
            copies[index].left = left.compactMap { path in
                roots.lazy.filter { path.hasPrefix($0 + "/") }.first.map { String(path.dropFirst($0.count + 1)) }
            }
        }
        return copies
    }

    private mutating func note(_ path: String, home: String) {
        var ways = [path]
        if !home.isEmpty, path.hasPrefix(home + "/") { ways.append("~" + path.dropFirst(home.count)) }
        for way in ways where !from.contains(way) { from.append(way) }
    }
}
