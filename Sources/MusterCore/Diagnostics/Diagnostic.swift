/// A place in a user's file; lines and columns count from 1, columns in characters.
public struct SourceLocation: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The file as the user named it.
    public var file: String
    /// Line and column.
    public var line: Int, column: Int

    /// Names a place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }

    public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// Something wrong, or worth a word, in a user's file.
public struct Diagnostic: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Sendable { case error, warning, note }

    /// How bad it is.
    public var severity: Severity
    /// Where.
    public var location: SourceLocation
    /// What is wrong and what was expected, in one sentence.
    public var message: String
    /// What to type next.
    public var hint: String?
    /// The line of the file, for the caret.
    public var excerpt: String?

    /// Makes a diagnostic.
    public init(
        _ severity: Severity, at location: SourceLocation, _ message: String, hint: String? = nil,
        excerpt: String? = nil
    ) {
        self.severity = severity
        self.location = location
        self.message = message
        self.hint = hint
        self.excerpt = excerpt
    }

    /// The diagnostic for a terminal: place and message, the line with a caret below, the hint.
    public var text: String {
        var out = "\(location): \(severity.rawValue): \(message)\n"
        if let excerpt {
            let shown = String(excerpt.map { $0 == "\t" ? " " : $0 })
            out += "  \(shown)\n  \(String(repeating: " ", count: max(0, location.column - 1)))^\n"
        }
        if let hint { out += "  \(hint)\n" }
        return out
    }
}

/// The known word nearest to a mistyped one.
public enum Suggestion {
    /// The candidate with the smallest edit distance (Damerau-Levenshtein with adjacent swaps), when that is at most a
    /// third of the word's length rounded up; nil when none is near.
    public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let limit = (word.count + 2) / 3
        return candidates.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }
            .filter { $0.1 <= limit }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
