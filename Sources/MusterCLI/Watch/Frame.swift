/// How a cell looks. Colour never says alone what something is.
struct Style: Equatable, Sendable {
    enum Colour: Int, Sendable { case red = 31, green = 32, yellow = 33, blue = 34, magenta = 35, cyan = 36 }

    var colour: Colour?
    var isBold = false, isDim = false, isReverse = false

    static let plain = Style()
    static let bold = Style(isBold: true)
    static let dim = Style(isDim: true)

    /// The order to a terminal (ECMA-48, SGR) that makes it so, whatever was before.
    func code(hasColour: Bool) -> String {
        var codes = ["0"]
        if isBold { codes.append("1") }
        if isDim { codes.append("2") }
        if isReverse { codes.append("7") }
        if hasColour, let colour { codes.append("\(colour.rawValue)") }
        return "\u{1B}[\(codes.joined(separator: ";"))m"
    }
}

/// What a terminal shows: rows and columns of cells.
struct Frame: Equatable, Sendable {
    /// One place. A wide character has an empty cell behind it.
    struct Cell: Equatable, Sendable {
        var text: Character?
        var style: Style
        static let blank = Cell(text: " ", style: .plain)
    }

    let rows: Int, columns: Int
    private(set) var cells: [Cell]

    init(rows: Int, columns: Int) {
        (self.rows, self.columns) = (max(1, rows), max(1, columns))
        cells = Array(repeating: .blank, count: self.rows * self.columns)
    }

    subscript(row: Int, column: Int) -> Cell { cells[row * columns + column] }

    /// Writes text into a row from a column on, at most `width` columns; answers the column behind it. What lies outside is
    /// left out, and what can't be shown is made visible.
    @discardableResult
    mutating func put(_ text: String, row: Int, column: Int, width: Int = .max, style: Style = .plain) -> Int {
        guard rows > row, row >= 0, column >= 0, column < columns else { return column }
        let room = min(width, columns - column)
        var at = column
        for character in Columns.fit(text.visible, room) {
            let width = Columns.width(of: character)
            guard width > 0, at + width <= column + room else { continue }
            part(row, at)
            part(row, at + width)
            cells[row * columns + at] = Cell(text: character, style: style)
            if width == 2 { cells[row * columns + at + 1] = Cell(text: nil, style: style) }
            at += width
        }
        return at
    }

    /// Makes blanks of both halves of a wide character that would be cut before this column.
    private mutating func part(_ row: Int, _ column: Int) {
        guard column > 0, column < columns, self[row, column].text == nil else { return }
        for half in [column - 1, column] { cells[row * columns + half].text = " " }
    }

    /// Gives a stretch of a row another look.
    mutating func paint(row: Int, columns range: Range<Int>, _ change: (inout Style) -> Void) {
        guard row >= 0, row < rows else { return }
        for column in range.clamped(to: 0..<columns) { change(&cells[row * columns + column].style) }
    }

    /// The rows as text, blanks at their ends left out.
    var lines: [String] {
        (0..<rows).map { row in
            var line = String(cells[row * columns..<(row + 1) * columns].compactMap(\.text))
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
