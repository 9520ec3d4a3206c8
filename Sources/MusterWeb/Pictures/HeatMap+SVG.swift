extension HeatMap {
    /// The picture: cells grow with the room that there is.
    var svg: String {
        let rowCount = (cells.map(\.row).max() ?? -1) + 1
        let widest = rows.map(\.count).max() ?? 0
        let names = max(widest, headers.map(\.name.count).max() ?? 0)
        let left = rows.isEmpty ? 0 : min(220, Double(names) * 6.6 + 14)
        let cell = Self.size(columns: columns, rows: rowCount, left: left, isField: !rows.isEmpty)
        let top = Double(headers.count) * 20 + (headers.isEmpty ? 0 : 4)
        var svg = SVG(
            width: left + Double(columns) * cell.width + 1, height: max(1, top + Double(rowCount) * cell.height + 1))
        for (index, header) in headers.enumerated() {
            let y = Double(index) * 20
            svg.text(Words.cut(header.name, 30), x: left - 8, y: y + 14, style: "axis", at: "end", title: header.name)
            for span in header.spans {
                let (x, width) = (
                    left + Double(span.columns.lowerBound) * cell.width, Double(span.columns.count) * cell.width
                )
                svg.rectangle(
                    x: x + 1, y: y + 1, width: width - 2, height: 17, style: "fill-head", round: 3,
                    title: "\(header.name) = \(span.value)")
                svg.text(Words.cut(span.value, Int(width / 6.8)), x: x + width / 2, y: y + 13.5, at: "middle")
            }
        }
        for (index, name) in rows.enumerated() {
            let y = top + (Double(index) + 0.5) * cell.height + 4
            svg.text(Words.cut(name, 30), x: left - 8, y: y, at: "end", title: name)
        }
        for item in cells {
            let (x, y) = (left + Double(item.column) * cell.width, top + Double(item.row) * cell.height)
            svg.link(item.path) { svg in
                svg.rectangle(
                    x: x + 1, y: y + 1, width: cell.width - 2, height: cell.height - 2,
                    style: "cell fill-\(item.style)",
                    round: 3, title: item.title)
                if !item.sign.isEmpty, cell.width >= 12 {
                    svg.text(
                        item.sign, x: x + cell.width / 2, y: y + cell.height / 2 + 4, style: "sign on-\(item.style)",
                        at: "middle")
                }
            }
        }
        return svg.text(title: "Jobs", summary: summary)
    }

    private static func size(columns: Int, rows: Int, left: Double, isField: Bool) -> (width: Double, height: Double) {
        let width = ((1080 - left) / Double(max(1, columns))).rounded(.down)
        guard isField else { return (min(30, max(18, width)), 24) }
        return (min(96, max(12, width)), rows > 60 ? 16 : 22)
    }
}
