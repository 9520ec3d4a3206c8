extension StringProtocol {
    /// The text as it may be shown at a terminal: control characters, which could move its cursor or give it orders, are
    /// written as `\n`, `\t`, `\x1b`.
    var visible: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return String(self) }
        var shown = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": shown += "\\n"
            case "\t": shown += "\\t"
            case "\r": shown += "\\r"
            case _ where Self.isControl(scalar):
                let hex = String(scalar.value, radix: 16)
                shown += "\\x" + (hex.count < 2 ? "0" : "") + hex
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// C0, DEL, C1 (ECMA-48).
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
