/// Texts as scalars of a YAML file that every reader takes for the text that they were.
enum YAMLScalar {
    /// As it is where nobody could take it for anything else, else in double quotes.
    static func text(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-./@".utf8.contains($0) }
            && (text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "/") } ?? false)
        if isPlain, !words.contains(text.lowercased()) { return text }
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            // Neither YAML nor libyaml takes these as they are.
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                out += "\\x" + hex(scalar.value, 2)
            case "\u{2028}", "\u{2029}", "\u{FEFF}": out += "\\u" + hex(scalar.value, 4)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Text for behind a `#`: on one line, whatever it was.
    static func comment(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isBreak = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    return isBreak || ["\u{2028}", "\u{2029}", "\u{FEFF}"].contains(scalar) ? " " : scalar
                }))
    }

    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func hex(_ value: UInt32, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
