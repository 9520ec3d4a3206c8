extension Point {
    /// The point of these values, with an id that depends on them alone: a value added to an axis leaves the ids of the
    /// other points as they are.
    ///
    /// The id reads `sigma-3_tile-64`. Where a value had to be changed to be one path level, where the whole is longer
    /// than 80 bytes, or where two spellings would collide, the first eight digits of a digest of the values follow.
    public init(values: [JSON.Member]) {
        guard !values.isEmpty else {
            self = .only
            return
        }
        let plain = values.map { "\($0.key)-\(Placeholders.text($0.value))" }.joined(separator: "_")
        let safe = Self.pathLevel(plain)
        let isExact = safe == plain && values.allSatisfy { Self.readsBack($0.value) }
        if isExact {
            self.init(id: safe, values: values)
        } else {
            let digest = SHA256.hex(JSON.object(values).canonical.bytes).prefix(8)
            self.init(id: "\(safe.prefix(71))-\(digest)", values: values)
        }
    }

    /// False for values whose text another value has too: the text `3`, lists, and texts that hold a separator.
    private static func readsBack(_ value: JSON) -> Bool {
        switch value {
        case .int, .double, .bool: true
        case .string(let text):
            (try? JSON(parsing: text)) == nil && !text.isEmpty && !text.contains("_") && !text.contains("-")
        default: false
        }
    }

    /// `text` with every character but letters, digits, `.`, `-`, `_`, `+` and `=` replaced by `_`, at most 80 bytes,
    /// never beginning with a dot or a dash.
    public static func pathLevel(_ text: String) -> String {
        var out = text
        if !text.utf8.allSatisfy(isPlain) {
            // One `_` for each scalar that is not plain.
            out = String(
                String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII && isPlain(UInt8($0.value)) ? $0 : "_" }))
        }
        if out.first == "." || out.first == "-" { out = "_" + out }
        return String(out.prefix(80))
    }

    /// An ASCII letter or digit, or one of `._-+=`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-+=".utf8.contains(byte)
        }
    }
}
