extension Frame {
    /// What to write so that a terminal that shows `old` shows this one; empty when they are equal. Without `old`, or
    /// where its size was another, everything is written anew.
    func difference(from old: Frame?, hasColour: Bool) -> String {
        var out = ""
        let known = old.flatMap { $0.rows == rows && $0.columns == columns ? $0 : nil }
        if known == nil { out += "\u{1B}[0m\u{1B}[2J" }
        var style: Style? = known == nil ? .plain : nil
        for row in 0..<rows {
            var place = -1
            for column in changes(row, known) {
                let cell = self[row, column]
                guard let text = cell.text else { continue }
                if place != column { out += "\u{1B}[\(row + 1);\(column + 1)H" }
                if style != cell.style { out += cell.style.code(hasColour: hasColour) }
                style = cell.style
                out.append(text)
                place = column + (column + 1 < columns && self[row, column + 1].text == nil ? 2 : 1)
            }
        }
        if !out.isEmpty { out += "\u{1B}[0m" }
        return out
    }

    /// Columns of a row to write again. Where a half of a wide character changed, both are written: terminals differ in what
    /// is left of the other half.
    private func changes(_ row: Int, _ old: Frame?) -> [Int] {
        guard let old else { return (0..<columns).filter { self[row, $0] != .blank } }
        var changed = (0..<columns).map { self[row, $0] != old[row, $0] }
        for column in 1..<max(1, columns) where self[row, column].text == nil || old[row, column].text == nil {
            let either = changed[column] || changed[column - 1]
            (changed[column], changed[column - 1]) = (either, either)
        }
        return (0..<columns).filter { changed[$0] }
    }
}
