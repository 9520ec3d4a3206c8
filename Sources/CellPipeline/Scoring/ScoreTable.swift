extension Scorer.Report {
    /// The scores as a table for people: a row per pair and one for all together.
    public func table() -> String {
        var rows = [
            ["scene", "true", "start", "found", "matched", "complete", "error/px", "overlap", "corr", "rel.err"]
        ]
        for (label, score) in zip(labels + ["total"], scenes + [total]) {
            rows.append(
                [
                    label, String(score.cellsTrue), String(score.cellsAtStart), String(score.cellsFound),
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

    /// The scenes' names; where a scene stands there twice, its results' folders from where the paths part.
    private var labels: [String] {
        guard Set(scenes.map(\.scene)).count < scenes.count else { return scenes.map(\.scene) }
        let paths = scenes.map { ($0.results ?? $0.scene).split(separator: "/") }
        let shortest = paths.map(\.count).min() ?? 1
        let common = (0..<max(0, shortest - 1)).prefix { depth in paths.allSatisfy { $0[depth] == paths[0][depth] } }
            .count
        return paths.map { $0.dropFirst(common).joined(separator: "/") }
    }

    /// One number per channel, with slashes between them.
    private static func text(_ values: [Double?]) -> String { values.map(text).joined(separator: "/") }

    private static func text(_ value: Double?) -> String { value.map { String(fixed($0).dropLast(3)) } ?? "-" }
}
