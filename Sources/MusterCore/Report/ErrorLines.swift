/// The lines of a program's output that tell most of why it failed.
///
/// Of Python the last traceback counts, and where it names another as its cause, the first of these: its last place in a
/// file and its error. Of all else the first line that looks like an error, since what follows is mostly its consequence.
public struct ErrorLines: Equatable, Sendable {
    /// The lines in their order, at least one, at most ``most``.
    public var lines: [String]
    /// The one that names the error.
    public var decisive: String

    /// The most lines that are taken.
    static let most = 4
    /// Characters of a line that are kept.
    static let width = 400

    /// Looks through the output; nil where nothing was printed.
    public init?(in output: String) {
        // A progress bar overwrites its line with a carriage return.
        let all = output.split(whereSeparator: \.isNewline).map(Self.plain)
            .filter { !$0.allSatisfy(\.isWhitespace) }
        guard let last = all.last else { return nil }
        guard let found = Self.traceback(in: all) ?? Self.first(in: all) else {
            (lines, decisive) = ([Self.cut(last)], Self.cut(last))
            return
        }
        lines = found.lines.map { Self.cut($0) }
        decisive = Self.cut(found.decisive)
    }

    private static func first(in all: [Substring]) -> (lines: [Substring], decisive: Substring)? {
        let words = all.map { ErrorWords(line: $0) }
        guard let at = words.firstIndex(where: { $0 == .error }) ?? words.firstIndex(where: { $0 == .hint }) else {
            return nil
        }
        // What belongs to it is indented: C++'s `  what():`, a compiler's place.
        let more = all[(at + 1)...].prefix { $0.first == " " || $0.first == "\t" }.prefix(2)
        return ([all[at]] + more, all[at])
    }

    /// A line without colours and other orders to a terminal (ECMA-48: `ESC [ ... LETTER`).
    static func plain(_ line: Substring) -> Substring {
        guard line.contains("\u{1B}") else { return line }
        var out = ""
        var isOrder = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" {
                isOrder = true
            } else if isOrder {
                if scalar != "[", (0x40...0x7E).contains(scalar.value) { isOrder = false }
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out[...]
    }

    private static func cut(_ line: Substring) -> String {
        var line = line
        while line.last?.isWhitespace ?? false { line.removeLast() }
        return line.count > width ? line.prefix(width) + "..." : String(line)
    }
}

/// Python.
extension ErrorLines {
    private static let head = "Traceback (most recent call last):"
    private static let chains = [
        "The above exception was the direct cause of the following exception:",
        "During handling of the above exception, another exception occurred:",
    ]

    private static func traceback(in all: [Substring]) -> (lines: [Substring], decisive: Substring)? {
        let heads = all.indices.filter { all[$0].hasSuffix(head) }
        guard var place = heads.last else { return nil }
        // The first of a chain is where it began.
        for earlier in heads.dropLast().reversed() {
            guard all[earlier..<place].contains(where: { line in chains.contains { line.hasSuffix($0) } }) else {
                break
            }
            place = earlier
        }
        // What a launcher puts in front of each line, such as `[rank0]: `.
        let mark = all[place].dropLast(head.count)
        var file: [Substring] = []
        for line in all[(place + 1)...] {
            let body = line.hasPrefix(mark) ? line.dropFirst(mark.count) : line
            guard body.first == " " || body.first == "\t" else { return (Array(file.prefix(2)) + [body], body) }
            if body.drop(while: \.isWhitespace).hasPrefix("File \"") {
                file = [body]
            } else if !body.allSatisfy({ " \t^~".contains($0) }) {
                file.append(body)
            }
        }
        return nil
    }
}
