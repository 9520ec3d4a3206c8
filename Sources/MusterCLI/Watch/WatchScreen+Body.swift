import MusterCore
import MusterHistory

/// A part of the screen.
struct Area {
    var row: Int, column: Int, rows: Int, columns: Int
}

extension WatchScreen {
    /// Nodes above the jobs and failures below, as far as there is room.
    static func narrowBody(
        _ model: WatchModel, _ view: inout WatchView, _ area: Area, _ frame: inout Frame, _ now: Timestamp
    ) {
        var rest = area
        let live = model.nodes.filter { !$0.running.isEmpty || $0.isSick }
        let nodes = min(live.count, max(0, area.rows / 6))
        if nodes > 0 {
            heading("NODE", WatchText.nodeHeading, rest, &frame)
            for (line, node) in live.prefix(nodes).enumerated() {
                var text = WatchText.node(node)
                if line == nodes - 1, live.count > nodes {
                    text = WatchText.Line("and \(live.count - nodes + 1) more nodes: Tab", .dim)
                }
                put(text, row: rest.row + 1 + line, rest, &frame)
            }
            rest.row += nodes + 1
            rest.rows -= nodes + 1
        }
        let groups = min(model.failures.count, max(0, area.rows / 5))
        let below = groups > 0 ? groups + 1 : 0
        var table = rest
        table.rows = max(0, rest.rows - below)
        jobs(model, &view, table, &frame, now)
        guard groups > 0 else { return }
        let row = table.row + table.rows
        heading("FAILURES", "", Area(row: row, column: 0, rows: 1, columns: area.columns), &frame)
        for (line, group) in model.failures.prefix(groups).enumerated() {
            put(WatchText.failure(group), row: row + 1 + line, rest, &frame)
        }
    }

    /// Nodes and failures at the right of the jobs.
    static func wideBody(
        _ model: WatchModel, _ view: inout WatchView, _ area: Area, _ frame: inout Frame, _ now: Timestamp
    ) {
        let side = min(76, area.columns * 2 / 5)
        var left = area
        left.columns -= side + 2
        jobs(model, &view, left, &frame, now)
        let failures = WatchText.failures(model, width: side)
        let share = min(failures.count, area.rows / 2)
        var right = Area(row: area.row, column: left.columns + 2, rows: area.rows, columns: side)
        heading("NODE", WatchText.nodeHeading, right, &frame)
        let room = max(0, area.rows - 1 - (share > 0 ? share + 2 : 0))
        let nodes = WatchText.nodes(model, width: side, most: room)
        for (line, text) in nodes.prefix(room).enumerated() { put(text, row: right.row + 1 + line, right, &frame) }
        guard share > 0 else { return }
        right.row += min(nodes.count, room) + 2
        heading("FAILURES", "", right, &frame)
        for (line, text) in failures.prefix(share).enumerated() { put(text, row: right.row + 1 + line, right, &frame) }
    }

    /// Lines of text that may be scrolled.
    static func text(
        _ lines: [WatchText.Line], _ title: String, beside rest: String = "", _ view: inout WatchView, _ area: Area,
        _ frame: inout Frame
    ) {
        let room = max(1, area.rows - 1)
        view.textTop = min(view.textTop, max(0, lines.count - room))
        let more =
            lines.count > room ? "\(view.textTop + 1)-\(min(lines.count, view.textTop + room)) of \(lines.count)" : ""
        heading(title, rest, area, &frame)
        let place = max(0, area.columns - more.count - 1)
        frame.put(more, row: area.row, column: area.column + place, style: Style(isReverse: true))
        for (line, text) in lines.dropFirst(view.textTop).prefix(room).enumerated() {
            put(text, row: area.row + 1 + line, area, &frame)
        }
    }

    static func log(_ model: WatchModel, _ view: inout WatchView, _ area: Area, _ frame: inout Frame) {
        let room = max(1, area.rows - 1)
        let last = max(0, view.log.count - room)
        if view.isFollowing || view.textTop >= last { (view.textTop, view.isFollowing) = (last, true) }
        let title = view.selected.map { "LOG \(model.jobs[$0].id)" } ?? "LOG"
        heading(
            title, view.isFollowing ? "following" : "line \(view.textTop + 1) of \(view.log.count)", area, &frame,
            isRight: true)
        if view.log.isEmpty { put(WatchText.Line("nothing was written yet", .dim), row: area.row + 1, area, &frame) }
        for (line, text) in view.log.dropFirst(view.textTop).prefix(room).enumerated() {
            put(WatchText.Line(text, text.hasPrefix("--- ") ? .bold : .plain), row: area.row + 1 + line, area, &frame)
        }
    }

    static func heading(_ name: String, _ rest: String, _ area: Area, _ frame: inout Frame, isRight: Bool = false) {
        let style = Style(isReverse: true)
        frame.put(String(repeating: " ", count: area.columns), row: area.row, column: area.column, style: style)
        let at = isRight ? max(0, area.columns - Columns.width(of: rest) - 1) : 14
        frame.put(
            " " + name, row: area.row, column: area.column, width: rest.isEmpty ? area.columns : max(0, at - 1),
            style: style)
        frame.put(rest, row: area.row, column: area.column + at, width: max(0, area.columns - at), style: style)
    }

    static func put(_ line: WatchText.Line, row: Int, _ area: Area, _ frame: inout Frame) {
        var at = area.column
        for part in line.parts {
            at = frame.put(
                part.text, row: row, column: at, width: max(0, area.column + area.columns - at), style: part.style)
        }
    }
}
