import MusterCore
import MusterHistory

extension WatchText {
    /// All of a job: its point, attempts, stages, and the last words of its failure.
    static func job(_ model: WatchModel, _ place: Int, width: Int, now: Timestamp) -> [Line] {
        let job = model.jobs[place]
        let row = WatchRow(model, place, now: now)
        var lines = [
            Line([("state   ", .dim), (row.state, row.style), ("  \(row.remark)", .plain)]),
            Line([("scene   ", .dim), (job.scene.name + "  " + job.scene.path, .plain)]),
        ]
        if !job.point.values.isEmpty {
            let values = job.point.values.map { "\($0.key) = \($0.value.string ?? $0.value.line)" }
            lines.append(Line([("point   ", .dim), (values.joined(separator: ", "), .plain)]))
        }
        lines.append(Line([("result  ", .dim), (job.output, .plain)]))
        for attempt in job.attempts { lines += self.attempt(attempt, model, job, now) }
        if let tail = job.attempts.last?.ending.flatMap({ $0.outcome == .succeeded ? nil : $0.tail }) {
            lines += [Line(""), Line("last words", .bold)]
            lines += tail.split(whereSeparator: \.isNewline).suffix(40).flatMap { wrap(String($0), width - 2) }
                .map { Line("  " + $0) }
        }
        return lines
    }

    private static func attempt(
        _ attempt: AttemptRecord, _ model: WatchModel, _ job: JobRecord, _ now: Timestamp
    ) -> [Line] {
        let style = Standing(attempt.outcome).map(WatchRow.style) ?? .plain
        var place = attempt.node.map { " on \($0)" } ?? ""
        if let slot = attempt.slot { place += " slot \(slot)" }
        if let id = attempt.slurmJob { place += ", \(id)" }
        var lines = [
            Line(""),
            Line([
                ("attempt \(attempt.number)", .bold), (attempt.why.map { " (\($0))" } ?? "", .dim), ("  ", .plain),
                (attempt.outcome, style), (place, .plain),
            ]),
        ]
        if let cause = attempt.ending?.cause { lines.append(Line("  \(cause)", Style(colour: .red))) }
        for error in attempt.gpuErrors {
            if let words = error["words"]?.string { lines.append(Line("  \(words)", Style(colour: .red))) }
        }
        let samples = model.samples[job.index] ?? []
        for stage in attempt.stages {
            let sample = samples.last { $0.stage == stage.name && $0.key == attempt.key }
            let time = stage.duration.map { Progress.time(Double($0) / 1e6) } ?? "-"
            let memory = WatchRow.size(stage.peakRSS ?? sample?.reading.rss)
            var words = "  \(left(stage.name, 16)) \(left(stage.isReused ? "taken over" : stage.outcome, 10)) "
            words += "\(right(time, 9)) \(right(memory, 9))"
            if let gpu = stage.peakGPU { words += "  GPU \(ByteCount(gpu))" }
            if stage.ended == nil, let part = model.forecast.stages[job.index]?[stage.name] {
                words += "  \(Progress.words(part))"
            }
            if let message = sample?.reading.message { words += "  \(message)" }
            lines.append(Line(words))
        }
        return lines
    }

    /// A long line as several.
    static func wrap(_ text: String, _ width: Int) -> [String] {
        var (lines, line, used) = ([String](), "", 0)
        for character in text.visible {
            let columns = Columns.width(of: character)
            if used + columns > max(1, width) {
                lines.append(line)
                (line, used) = ("", 0)
            }
            line.append(character)
            used += columns
        }
        return lines + [line]
    }

    static let help: [Line] = [
        ("j k, arrows", "move, or scroll"), ("PgUp PgDn g G", "a page; the first; the last"),
        ("Enter", "open the chosen job"), ("l", "its log, which is followed"),
        ("/", "show only jobs with these words in their name, state or node"),
        ("o", "order: by state, or as the table counts"), ("Tab", "jobs, nodes and slots, failures"),
        ("c  C", "cancel the chosen job; all that are shown"), ("r  R", "retry the chosen job; all that are shown"),
        ("Esc", "back; takes a filter away"), ("Ctrl-L", "draw anew"), ("Ctrl-Z", "suspend"),
        ("q, Ctrl-C", "leave: the run goes on"),
    ].map { Line([("  " + left($0.0, 16), .bold), ($0.1, .plain)]) }
}
