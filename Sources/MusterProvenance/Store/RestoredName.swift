/// Names below a folder for files that lay somewhere else, perhaps on another machine.
public enum RestoredName {
    /// The folder for what did not lie in the folder that the names are relative to.
    public static let elsewhere = "elsewhere"

    /// The name of a file that lay at `path`: the one that it has below `folder`, else its whole path below ``elsewhere``. Whatever
    /// the path says, the name leads nowhere but below; nil where nothing is left of it.
    public static func of(_ path: String, from folder: String?) -> String? {
        guard !path.contains("\0") else { return nil }
        // By bytes: a letter with an accent at the border would be another character than the border's slash.
        var rest = path.utf8[...]
        var isElsewhere = path.hasPrefix("/")
        if var folder, folder.hasPrefix("/") {
            while folder.hasSuffix("/") { folder.removeLast() }
            if path.utf8.starts(with: "\(folder)/".utf8) {
                rest = rest.dropFirst(folder.utf8.count + 1)
                isElsewhere = false
            }
        }
        let parts = rest.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
            .filter { $0 != "." && $0 != ".." }
        guard !parts.isEmpty else { return nil }
        return ((isElsewhere ? [elsewhere] : []) + parts).joined(separator: "/")
    }

    /// The deepest folder that all of these files lie in; nil where there is none but the root.
    public static func common(_ paths: [String]) -> String? {
        var parts: [String]?
        for path in paths {
            guard path.hasPrefix("/") else { return nil }
            let own = path.split(separator: "/").dropLast().map(String.init)
            parts = parts.map { known in zip(known, own).prefix { $0.utf8.elementsEqual($1.utf8) }.map(\.0) } ?? own
        }
        guard let parts, !parts.isEmpty else { return nil }
        return "/" + parts.joined(separator: "/")
    }
}
