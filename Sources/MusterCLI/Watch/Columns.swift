import CShims

/// How many columns of a terminal text takes, as the C library counts them.
enum Columns {
    /// Columns of one character: 0 for what can't be shown by itself, 2 for wide ones of East Asia.
    static func width(of character: Character) -> Int {
        if let byte = character.asciiValue { return (0x20..<0x7F).contains(byte) ? 1 : 0 }
        return character.unicodeScalars.map { max(0, Int(cshims_columns($0.value))) }.max() ?? 0
    }

    /// Columns of a text.
    static func width(of text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
        return text.reduce(0) { $0 + width(of: $1) }
    }

    /// As much of a text as `columns` hold; what was cut off is told by `~` at the end.
    static func fit(_ text: String, _ columns: Int) -> String {
        guard width(of: text) > columns else { return text }
        var (fitting, used) = ("", 0)
        for character in text {
            let width = width(of: character)
            guard used + width < columns else { break }
            fitting.append(character)
            used += width
        }
        return columns > 0 ? fitting + "~" : ""
    }
}
