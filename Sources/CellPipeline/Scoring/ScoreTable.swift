extension Scorer.Report {
    /// The scores as a table for people: a row per pair and one for all together.
    public func table() -> String {
        var rows = [
            ["scene", "true", "start", "found", "matched", "complete", "error/px", "overlap", "corr", "rel.err"]
        ]
        for score in scenes + [total] {
            rows.append(
                [
                    score.scene, String(score.cellsTrue), String(score.cellsAtStart), String(score.cellsFound),
                    String(score.cellsMatched), Self.text(score.completeness), Self.text(score.positionErrorPx),
                    Self.text(score.maskOverlap), Self.text(score.channels.map(\.correlation)),
                    Self.text(score.channels.map(\.relativeError)),
                ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let blanks = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + blanks : blanks + text
            }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// One number per channel, with slashes between them.
    private static func text(_ values: [Double?]) -> String { values.map(text).joined(separator: "/") }

    private static func text(_ value: Double?) -> String { value.map { String(fixed($0).dropLast(3)) } ?? "-" }
}
