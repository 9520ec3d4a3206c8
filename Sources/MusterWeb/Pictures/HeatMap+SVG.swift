extension HeatMap {
    /// The picture: cells grow with the room that there is.
    var svg: String {
        let rowCount = (cells.map(\.row).max() ?? -1) + 1
        let widest = rows.map(\.count).max() ?? 0
        let names = max(widest, headers.map(\.name.count).max() ?? 0)
        let left = rows.isEmpty ? 0 : min(220, Double(names) * 6.6 + 14)
        let cell = size(rows: rowCount, left: left)
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
        // Names of rows that are lower than their letters would lie over each other.
        let every = max(1, Int((14 / cell.height).rounded(.up)))
        for (index, name) in rows.enumerated() where index % every == 0 {
            let y = top + (Double(index) + 0.5) * cell.height + 4
            svg.link(Links.run(run) + "?q=\(Markup.percent(name))#jobs") { svg in
                svg.text(Words.cut(name, 30), x: left - 8, y: y, at: "end", title: name)
            }
        }
        let gap = isDense ? 0.5 : 1.0
        func place(_ item: Cell) -> (x: Double, y: Double, width: Double, height: Double) {
            (
                left + Double(item.column) * cell.width + gap, top + Double(item.row) * cell.height + gap,
                cell.width - 2 * gap, cell.height - 2 * gap
            )
        }
        for (style, many) in Dictionary(grouping: cells.filter { $0.link == nil }, by: \.style).sorted(by: {
            $0.key < $1.key
        }) {
            svg.rectangles(many.map(place), style: "fill-\(style)")
        }
        for item in cells {
            guard let link = item.link else { continue }
            let box = place(item)
            svg.link(link.path) { svg in
                svg.rectangle(
                    x: box.x, y: box.y, width: box.width, height: box.height, style: "cell fill-\(item.style)",
                    round: isDense ? 1 : 3, title: link.title)
                if !link.sign.isEmpty, cell.width >= 12 {
                    svg.text(
                        link.sign, x: box.x + box.width / 2, y: box.y + box.height / 2 + 4,
                        style: "sign on-\(item.style)", at: "middle")
                }
            }
        }
        return svg.text(title: "Jobs", summary: summary)
    }

    private func size(rows: Int, left: Double) -> (width: Double, height: Double) {
        let width = ((1080 - left) / Double(max(1, columns))).rounded(.down)
        if isDense { return (min(30, max(3, width)), rows > 150 ? 7 : 10) }
        guard !self.rows.isEmpty else { return (min(30, max(18, width)), 24) }
        return (min(96, max(12, width)), rows > 60 ? 16 : 22)
    }
}
