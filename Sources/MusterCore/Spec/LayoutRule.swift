/// How results are put in order behind the last stage, before they are published. Rules are applied one after the other;
/// paths are relative to the job's folder.
public enum LayoutRule: Hashable, Sendable {
    /// Files and folders that a pattern finds go to other places: `{1}`, `{2}` of the target are what the first, second `*`
    /// stood for, with a number format where one follows (`{1:02d}`). Of several with one target only
    /// the first in the order of their names goes, with `isFirst`; without, that is a mistake.
    case move(PathPattern, to: String, isFirst: Bool)
    /// What a pattern finds is removed; with `ifEmpty` only folders that hold nothing.
    case remove(PathPattern, ifEmpty: Bool)

    /// An object with the keys of the preset.
    public var json: JSON {
        switch self {
        case .move(let pattern, let target, let isFirst):
            .object(["move": .string(pattern.text), "to": .string(target), "first": .bool(isFirst)])
        case .remove(let pattern, let ifEmpty):
            .object(["remove": .string(pattern.text), "if_empty": .bool(ifEmpty)])
        }
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        if let text = json["move"]?.string, let target = json["to"]?.string, let pattern = PathPattern(text) {
            self = .move(pattern, to: target, isFirst: json["first"]?.bool ?? false)
        } else if let text = json["remove"]?.string, let pattern = PathPattern(text) {
            self = .remove(pattern, ifEmpty: json["if_empty"]?.bool ?? false)
        } else {
            return nil
        }
    }

    /// The target of a move for what the pattern's stars stood for; nil when a number format meets no number.
    public static func target(_ template: String, captures: [String]) -> String? {
        var members: [JSON.Member] = []
        for (index, text) in captures.enumerated() { members.append(.init("_\(index + 1)", .string(text))) }
        // Names begin with a letter or `_`: `{1}` is read as `{_1}`.
        var named = ""
        var before: Character = " "
        for character in template {
            if before == "{", character.isNumber { named.append("_") }
            named.append(character)
            before = character
        }
        guard let path = try? Placeholders(members).expand(named), PathPattern.isInside(path) else { return nil }
        return path
    }
}

/// A pattern for relative paths: `*` stands for any characters within one level.
public struct PathPattern: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// The levels of the path.
    public let levels: [String]

    /// Reads a pattern; nil for one that is empty, absolute, or leads out of the folder.
    public init?(_ text: String) {
        guard Self.isInside(text) else { return nil }
        self.text = text
        levels = text.split(separator: "/").map(String.init)
    }

    /// Whether a path is one below the folder that it is relative to.
    static func isInside(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.split(separator: "/").contains { $0 == ".." || $0 == "." }
    }

    /// What the stars of one level stand for in `name`; nil when it does not match. Names that begin with a dot match only
    /// levels that do.
    public static func captures(_ level: String, in name: String) -> [String]? {
        let parts = level.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return level == name ? [] : nil }
        guard name.hasPrefix(parts[0]), name.first != "." || level.first == "." else { return nil }
        var rest = name.dropFirst(parts[0].count)
        var found: [String] = []
        for part in parts.dropFirst().dropLast() {
            guard let range = Self.first(part, in: rest) else { return nil }
            found.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        let last = parts[parts.count - 1]
        guard rest.hasSuffix(last), rest.count >= last.count else { return nil }
        found.append(String(rest.dropLast(last.count)))
        return found
    }

    private static func first(_ part: Substring, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while true {
            if text[start...].hasPrefix(part) { return start..<text.index(start, offsetBy: part.count) }
            guard start < text.endIndex else { return nil }
            start = text.index(after: start)
        }
    }
}
