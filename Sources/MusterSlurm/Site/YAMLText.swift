/// Scalars for a YAML file that every reader takes for the text that they were.
enum YAMLText {
    /// The text itself where no reader could take it for anything else, else in double quotes.
    static func scalar(_ text: String) -> String {
        let bytes = Array(text.utf8)
        if let first = bytes.first, isLetter(first) || first == UInt8(ascii: "/"), bytes.allSatisfy(isPlain),
            !words.contains(text.lowercased())
        {
            return text
        }
        if bytes.starts(with: Array("~/".utf8)), bytes.dropFirst().allSatisfy(isPlain) { return text }
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F: quoted += Array("\\x".utf8) + hex(byte)
            default: quoted.append(byte)
            }
        }
        return String(decoding: quoted + [UInt8(ascii: "\"")], as: UTF8.self)
    }

    /// Text for behind a `#`: on one line, whatever it was.
    static func comment(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    /// What YAML 1.1 or 1.2 readers take for something else than text.
    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        isLetter(byte) || Text.isDigit(byte) || "_-./@".utf8.contains(byte)
    }

    private static func hex(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
