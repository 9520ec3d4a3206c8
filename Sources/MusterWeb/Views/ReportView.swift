/// A report as the templates take it.
struct ReportView {
    struct Cell {
        var text: String, isNumber: Bool
    }
    struct Row {
        var cells: [Cell]
    }
    struct Table {
        var header: [Cell], rows: [Row]
    }
    /// One of these is there.
    struct Part {
        var heading: String?, words: String?, code: String?
        var hasItems = false, items: [String] = []
        var table: Table?
    }

    var title: String
    var parts: [Part]

    init(_ report: ReportText) {
        title = report.title
        parts = report.parts.map { part in
            switch part {
            case .heading(let text): Part(heading: text)
            case .paragraph(let text): Part(words: text)
            case .list(let items): Part(hasItems: true, items: items)
            case .code(let lines): Part(code: lines.joined(separator: "\n"))
            case .table(let header, let rows, let right):
                Part(
                    table: Table(
                        header: Self.cells(header, right), rows: rows.map { Row(cells: Self.cells($0, right)) }))
            }
        }
    }

    private static func cells(_ texts: [String], _ right: Set<Int>) -> [Cell] {
        texts.enumerated().map { Cell(text: $0.element, isNumber: right.contains($0.offset)) }
    }
}
