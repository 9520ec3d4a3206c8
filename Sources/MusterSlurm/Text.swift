/// Cuts the answers of Slurm's programs into lines and fields.
///
/// It works on bytes. `Character` would not do: a carriage return and a newline are one character,
/// and a combining mark at the start of a job's name would swallow the delimiter before it.
enum Text {
    static let unitSeparator: UInt8 = 0x1F

    /// The lines without their ends, and whether the last one had its end.
    ///
    /// Slurm's programs end every line, so a last line without an end was cut off on its way.
    static func lines(_ text: String) -> (lines: [Substring], isWhole: Bool) {
        guard !text.isEmpty else { return ([], true) }
        var lines = split(text[...], at: UInt8(ascii: "\n"))
        let isWhole = lines.last?.isEmpty ?? true
        if isWhole { lines.removeLast() }
        return (lines.map(withoutCarriageReturn), isWhole)
    }

    /// Empty fields are kept.
    static func split(_ text: Substring, at byte: UInt8) -> [Substring] {
        text.utf8.split(separator: byte, omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Like ``split(_:at:)`` for a list, but what stands in brackets or parentheses stays together.
    static func splitOutsideBrackets(_ text: Substring, at byte: UInt8) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        let bytes = text.utf8
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
            case byte where depth == 0:
                parts.append(text[start..<index])
                start = bytes.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }

    static func trimmed(_ text: Substring) -> Substring {
        var bytes = text.utf8
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Substring(bytes)
    }

    static func words(_ text: Substring) -> [Substring] {
        text.utf8.split(whereSeparator: isBlank).map { Substring($0) }
    }

    /// Where `needle` first occurs at or after `start`, compared byte by byte.
    static func find(_ needle: String, in text: Substring, from start: Substring.Index) -> Substring.Index? {
        let pattern = Array(needle.utf8)
        guard let first = pattern.first else { return start }
        var rest = text[start...].utf8
        while let index = rest.firstIndex(of: first) {
            if rest[index...].starts(with: pattern) { return index }
            rest = rest[rest.index(after: index)...]
        }
        return nil
    }

    static func contains(_ text: String, _ needle: String) -> Bool {
        find(needle, in: text[...], from: text.startIndex) != nil
    }

    /// Digits alone: no sign, no blank.
    static func number<Number: FixedWidthInteger>(_ text: Substring) -> Number? {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else { return nil }
        return Number(text)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    /// A value, or nil where Slurm prints a word for "none" instead.
    static func value(_ text: Substring) -> String? {
        let trimmed = trimmed(text)
        switch trimmed {
        case "", "(null)", "N/A", "n/a", "None", "Unknown", "None assigned", "NONE": return nil
        default: return String(trimmed)
        }
    }

    private static func withoutCarriageReturn(_ line: Substring) -> Substring {
        line.utf8.last == 0x0D ? Substring(line.utf8.dropLast()) : line
    }
}
