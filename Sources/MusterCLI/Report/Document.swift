/// A text for people in parts, apart from how it is written down.
struct Document {
    var title: String
    var parts: [Part] = []

    enum Part {
        case heading(String)
        case paragraph(String)
        /// Cells in columns; those of `right` are figures.
        case table(header: [String], rows: [[String]], right: Set<Int>)
        case list([String])
        /// Lines to be typed or written as they are.
        case code([String])
    }

    mutating func heading(_ text: String) { parts.append(.heading(text)) }
    mutating func say(_ text: String) { parts.append(.paragraph(text)) }
    mutating func code(_ lines: [String]) { if !lines.isEmpty { parts.append(.code(lines)) } }
    mutating func list(_ items: [String]) { if !items.isEmpty { parts.append(.list(items)) } }

    /// A table; nothing where it has no rows.
    mutating func table(_ header: [String], _ rows: [[String]], right: Set<Int> = []) {
        if !rows.isEmpty { parts.append(.table(header: header, rows: rows, right: right)) }
    }
}
