/// One line of `scontrol -o show partition` or `show node`: `Key=value Key=value ...`.
///
/// Nothing is quoted there. Values with blanks (an operating system's name, a reason, a comment) end at the next word
/// that looks like a key; the texts that people write stand last, so of a key that occurs twice the first counts and no
/// comment can stand in for a limit.
struct ScontrolFields {
    private let values: [String: String]

    /// Nil for a line that does not begin with `first`, such as a site's greeting or an error.
    init?(line: Substring, first: String) {
        let line = Text.trimmed(line)
        guard line.hasPrefix(first + "=") else { return nil }
        var values: [String: [Substring]] = [:]
        var key = ""
        var isRepeated = false
        for word in Text.words(line) {
            if let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), Self.looksLikeKey(word[..<equals]) {
                key = word[..<equals].lowercased()
                isRepeated = values[key] != nil
                if !isRepeated { values[key] = [word[equals...].dropFirst()] }
            } else if !isRepeated {
                values[key]?.append(word)
            }
        }
        self.values = values.mapValues { $0.joined(separator: " ") }
    }

    /// The records in an output; other lines are left out, and so is a last one that was cut off on its way.
    static func records(_ output: String, first: String) -> [Self] {
        let (lines, isWhole) = Text.lines(output)
        return lines.dropLast(isWhole ? 0 : 1).compactMap { Self(line: $0, first: first) }
    }

    /// Nil for a key that is not there and for Slurm's words for none. A key's case does not matter: releases differ.
    subscript(key: String) -> String? { values[key.lowercased()].flatMap { Text.value($0[...]) } }

    /// A number; nil also for `UNLIMITED`, `NONE` and the like.
    func number(_ key: String) -> Int? { self[key].flatMap { Text.number($0[...]) } }

    /// `YES` is true; what is not said is false.
    func flag(_ key: String) -> Bool { self[key]?.uppercased() == "YES" }

    /// A list with commas; nil where it is `ALL` or not said.
    func list(_ key: String) -> [String]? {
        guard let text = self[key], text.uppercased() != "ALL" else { return nil }
        return Text.list(text[...])
    }

    private static func looksLikeKey(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first >= UInt8(ascii: "A"), first <= UInt8(ascii: "Z") else { return false }
        return text.utf8.allSatisfy { byte in
            Text.isDigit(byte) || byte == UInt8(ascii: "_")
                || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
        }
    }
}

extension Text {
    /// The parts between commas, trimmed, without empty ones; brackets keep their commas.
    static func list(_ text: Substring) -> [String] {
        splitOutsideBrackets(text, at: UInt8(ascii: ",")).map(trimmed).filter { !$0.isEmpty }.map { String($0) }
    }
}
