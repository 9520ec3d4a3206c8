import MusterCore
import MusterHistory

/// The table of jobs.
extension WatchScreen {
    private struct Field {
        var title: String, width: Int
        var isRight = false
        var text: (WatchRow) -> String
    }

    static func jobs(
        _ model: WatchModel, _ view: inout WatchView, _ area: Area, _ frame: inout Frame, _ now: Timestamp
    ) {
        let room = max(0, area.rows - 1)
        view.reveal(rows: room)
        let places = view.shown.dropFirst(view.top).prefix(room)
        let rows = places.map { WatchRow(model, $0, now: now) }
        let hasGPUs = rows.contains { $0.gpuMemory != "-" || $0.gpuBusy != "-" }
        let fields = fields(rows, count: model.jobs.count, width: area.columns, hasGPUs: hasGPUs)
        let reverse = Style(isReverse: true)
        frame.put(String(repeating: " ", count: area.columns), row: area.row, column: area.column, style: reverse)
        draw(fields, { $0.title }, row: area.row, area, &frame) { _ in reverse }
        for (line, (place, row)) in zip(places, rows).enumerated() {
            let at = area.row + 1 + line
            draw(fields, { $0.text(row) }, row: at, area, &frame) { $0.title == "STATE" ? row.style : .plain }
            guard place == view.selected else { continue }
            frame.put(">", row: at, column: area.column)
            frame.paint(row: at, columns: area.column..<area.column + area.columns) { $0.isBold = true }
        }
        if rows.isEmpty {
            frame.put(
                view.filter.isEmpty ? "no jobs" : "no job has '\(view.filter)' in its name, state or node",
                row: area.row + 1, column: area.column + 2, style: .dim)
        }
    }

    private static func draw(
        _ fields: [Field], _ text: (Field) -> String, row: Int, _ area: Area, _ frame: inout Frame,
        style: (Field) -> Style
    ) {
        var at = area.column + 1
        for field in fields {
            let words = field.title == "JOB" ? middle(text(field).visible, field.width) : text(field).visible
            let shift = field.isRight ? max(0, field.width - Columns.width(of: words)) : 0
            let room = min(field.width, area.column + area.columns - at) - shift
            if room > 0 { frame.put(words, row: row, column: at + shift, width: room, style: style(field)) }
            at += field.width + 1
        }
    }

    /// The columns of a table that is so wide; names and causes share what is left.
    private static func fields(_ rows: [WatchRow], count: Int, width: Int, hasGPUs: Bool) -> [Field] {
        let digits = max(2, "\(count)".count)
        var left = [Field(title: "#", width: digits, isRight: true) { "\($0.number)" }]
        var right = [Field(title: "STATE", width: 9) { $0.state }]
        if width >= 110 { right.append(Field(title: "DONE", width: 17) { $0.progress }) }
        if width >= 60 {
            right.append(Field(title: "TIME", width: 8, isRight: true) { $0.time })
            right.append(Field(title: width >= 110 ? "MEMORY" : "MEM", width: 8, isRight: true) { $0.memory })
        }
        if hasGPUs, width >= 78 {
            if width >= 100 { right.append(Field(title: "GPU MEM", width: 8, isRight: true) { $0.gpuMemory }) }
            right.append(Field(title: "GPU%", width: 4, isRight: true) { $0.gpuBusy })
        }
        if width >= 78 {
            let nodes = min(12, max(4, rows.map { Columns.width(of: $0.node) }.max() ?? 4))
            right.append(Field(title: "NODE", width: nodes) { $0.node })
        }
        let used = (left + right).reduce(0) { $0 + $1.width + 1 } + 2
        let rest = max(4, width - used - 1)
        let names = max(3, rows.map { Columns.width(of: $0.id.visible) }.max() ?? 3)
        let name = min(names, max(rest / 2, rest - 24))
        left.append(Field(title: "JOB", width: name) { $0.id })
        let words = rest - name - 1
        if words > 5 {
            right.append(
                Field(title: width >= 110 ? "REMARK" : "DONE, CAUSE", width: words) {
                    width >= 110 || $0.progress.isEmpty ? $0.remark : $0.progress
                })
        }
        return left + right
    }

    /// Both ends of a name: points begin it, scenes end it.
    static func middle(_ text: String, _ columns: Int) -> String {
        guard Columns.width(of: text) > columns, columns > 4 else { return text }
        var (tail, used) = ("", 0)
        for character in text.reversed() {
            let width = Columns.width(of: character)
            guard used + width <= columns / 2 else { break }
            tail = String(character) + tail
            used += width
        }
        return Columns.fit(text, columns - used) + tail
    }
}
