import MusterCore
import MusterHistory

/// The screen of a run as a value. Work goes with what is seen, not with the number of jobs.
enum WatchScreen {
    /// From this width on nodes and failures stand beside the jobs.
    static let wide = 150
    /// Lines above and below the pane.
    private static let head = 3, foot = 2

    /// Rows of the chosen pane that are seen: what a page is.
    static func page(rows: Int) -> Int { max(1, rows - head - foot - 1) }

    /// Draws; keeps the view's scroll positions within what there is.
    static func frame(_ model: WatchModel, _ view: inout WatchView, rows: Int, columns: Int, now: Timestamp) -> Frame {
        var frame = Frame(rows: rows, columns: columns)
        title(model, &frame, now)
        progress(model, &frame)
        counts(model, view, &frame)
        let body = Area(row: head, column: 0, rows: max(0, rows - head - foot), columns: frame.columns)
        switch view.pane {
        case .jobs where columns >= wide: wideBody(model, &view, body, &frame, now)
        case .jobs: narrowBody(model, &view, body, &frame, now)
        case .nodes:
            text(WatchText.nodes(model, width: columns), "NODE", beside: WatchText.nodeHeading, &view, body, &frame)
        case .failures: text(WatchText.failures(model, width: columns), "FAILURES", &view, body, &frame)
        case .help: text(WatchText.help, "KEYS", &view, body, &frame)
        case .job:
            guard let place = view.selected else { break }
            text(
                WatchText.job(model, place, width: columns, now: now), "JOB \(model.jobs[place].id)", &view, body,
                &frame)
        case .log: log(model, &view, body, &frame)
        }
        foot(view, &frame)
        return frame
    }

    private static func title(_ model: WatchModel, _ frame: inout Frame, _ now: Timestamp) {
        let summary = model.summary
        let end = summary.ended ?? now
        var right = summary.started.map { Progress.time(max(0, end.seconds(since: $0))) } ?? ""
        if summary.ended != nil { right = "ended, took \(right)" }
        right = summary.run + "  " + right
        let place = max(0, frame.columns - Columns.width(of: right))
        frame.put(
            "\(summary.sweep) on \(summary.cluster)", row: 0, column: 0, width: max(0, place - 1), style: .bold)
        frame.put(right, row: 0, column: place, style: .dim)
    }

    private static func progress(_ model: WatchModel, _ frame: inout Frame) {
        let words = Progress.words(model.forecast.sweep)
        let room = max(0, frame.columns - Columns.width(of: words) - 1)
        let at = bar(model.forecast.sweep.fraction, row: 1, column: 0, width: room, &frame)
        frame.put(words, row: 1, column: at + 1, style: .bold)
    }

    /// `[####----]`; answers the column behind it.
    @discardableResult
    static func bar(_ fraction: Double, row: Int, column: Int, width: Int, _ frame: inout Frame) -> Int {
        guard width >= 4 else { return column }
        let full = Int((Double(width - 2) * min(1, max(0, fraction))).rounded(.down))
        frame.put("[", row: row, column: column)
        frame.put(String(repeating: "#", count: full), row: row, column: column + 1, style: Style(colour: .green))
        frame.put(String(repeating: "-", count: width - 2 - full), row: row, column: column + 1 + full, style: .dim)
        return frame.put("]", row: row, column: column + width - 1)
    }

    private static func counts(_ model: WatchModel, _ view: WatchView, _ frame: inout Frame) {
        var at = frame.put("\(model.jobs.count) jobs", row: 2, column: 0, style: .bold)
        for (standing, count) in model.counts {
            at = frame.put("  \(count) \(standing)", row: 2, column: at, style: WatchRow.style(standing))
        }
        if !model.held.isEmpty { at = frame.put("  \(model.held.count) held", row: 2, column: at) }
        if let halt = model.halt {
            at = frame.put("  HALTED: \(halt)", row: 2, column: at, style: Style(colour: .red, isBold: true))
        }
        guard !view.filter.isEmpty || view.isTyping else { return }
        let words = " filter: \(view.filter)\(view.isTyping ? "_" : "") (\(view.shown.count)) "
        frame.put(
            words, row: 2, column: max(0, frame.columns - Columns.width(of: words)), style: Style(isReverse: true))
    }

    private static func foot(_ view: WatchView, _ frame: inout Frame) {
        let note = Style(colour: .yellow)
        if let question = view.question {
            frame.put(question.words, row: frame.rows - 2, column: 0, style: Style(isBold: true, isReverse: true))
        } else {
            frame.put(view.note, row: frame.rows - 2, column: 0, style: note)
        }
        frame.put(keys(view), row: frame.rows - 1, column: 0, style: .dim)
    }

    /// What the keys do that are of use now; within 80 columns.
    private static func keys(_ view: WatchView) -> String {
        if view.isTyping { return "type words of job, state or node   Enter keep   Esc clear" }
        switch view.pane {
        case .jobs: return "j/k  Enter open  l log  / filter  Tab nodes  c cancel  r retry  ? help  q leave"
        case .job: return "j/k scroll  l log  c cancel  r retry  Esc back"
        case .log: return "j/k scroll  G end and follow  Esc back"
        case .nodes, .failures: return "j/k scroll  Tab next  Esc back to the jobs"
        case .help: return "Esc back"
        }
    }
}
