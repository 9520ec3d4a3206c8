/// How sbatch itself reads a `#SBATCH` line, which no shell ever sees.
///
/// Observed with 22.05: words end at blanks; an unquoted `#` ends the line even inside of a word; within single or
/// double quotes both are ordinary, and there, as outside, a backslash takes the next character as it is.
/// Variables are not expanded.
enum SbatchDirective {
    /// The value as it must be written so that sbatch reads exactly these bytes.
    static func quoted(_ value: String) -> String {
        if !value.isEmpty, value.utf8.allSatisfy(isPlain) { return value }
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: plainMarks.contains(byte)
        }
    }

    private static let plainMarks = Set("_-./:@%+,=".utf8)
}
