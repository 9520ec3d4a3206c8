/// A text quoted for a POSIX shell: what comes out of the shell is byte for byte what went in.
///
/// The only type that a script template may print. NUL can't be passed to a program and is refused.
public struct ShellWord: Hashable, Sendable, CustomStringConvertible {
    /// The quoted text.
    public let quoted: String

    /// Quotes `text`; nil when it holds a NUL.
    public init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        quoted = Self.quote(text)
    }

    /// `text` in single quotes, or as it is when it holds only characters that no shell looks at.
    public static func quote(_ text: String) -> String {
        let plain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: ","):
                    true
                default: false
                }
            }
        guard !plain else { return text }
        var out = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { out += "'\\''" } else { out.unicodeScalars.append(scalar) }
        }
        return out + "'"
    }

    /// The quoted text.
    public var description: String { quoted }
}
