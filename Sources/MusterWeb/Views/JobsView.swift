import MusterCore
import MusterHistory

/// The table of a run's jobs, a page of it.
struct JobsView {
    struct Figure {
        var text: String, sort: String
    }
    struct Row {
        var id: String, path: String, standing: String, style: String
        var duration: String, durationSort: String, memory: String, memorySort: String, gpu: Figure?
        var node: String, attempts: Int, remark: String
    }
    struct Pages {
        var words: String, before: String?, after: String?
    }
    /// What is asked for: words that stand in a row, how jobs stand, which page.
    struct Wish: Equatable {
        var query = "", standing: String?, metric: String?, page = 0
    }

    /// Rows of a page.
    static let most = 250

    var title: String, action: String, query: String, by: String?, `is`: String?
    var filter: String?, all: String
    var hasGPU: Bool
    var rows: [Row]
    var pages: Pages?

    init(_ jobs: [JobRecord], of run: String, what: String = "Jobs", wish: Wish, forecast: Forecast?) {
        let found = jobs.filter { Self.matches($0, wish) }
        let last = max(0, (found.count - 1) / Self.most)
        let page = min(max(0, wish.page), last)
        let shown = found.dropFirst(page * Self.most).prefix(Self.most)
        let hasGPU = jobs.contains { Metric.named("gpu_memory")?.value($0) != nil }
        (title, action, query, by, `is`) = (what, Links.run(run), wish.query, wish.metric, wish.standing)
        self.hasGPU = hasGPU
        all = Links.run(run, wish.metric) + "#jobs"
        let parts = [wish.standing, wish.query.isEmpty ? nil : "'\(wish.query)'"].compactMap(\.self)
        filter = parts.isEmpty ? nil : "\(Words.count(found.count, "job")): \(parts.joined(separator: ", "))"
        rows = shown.map { Self.row($0, of: run, forecast, hasGPU: hasGPU) }
        if last > 0 {
            func path(_ page: Int) -> String { Self.path(wish, of: run, page: page) }
            pages = Pages(
                words: "\(page * Self.most + 1) to \(page * Self.most + shown.count) of \(found.count)",
                before: page > 0 ? path(page - 1) : nil, after: page < last ? path(page + 1) : nil)
        }
    }

    private static func path(_ wish: Wish, of run: String, page: Int) -> String {
        var parts = ["page=\(page)"]
        if !wish.query.isEmpty { parts.append("q=\(Markup.percent(wish.query))") }
        if let standing = wish.standing { parts.append("is=\(Markup.percent(standing))") }
        if let metric = wish.metric { parts.append("by=\(Markup.percent(metric))") }
        return Links.run(run) + "?" + parts.joined(separator: "&") + "#jobs"
    }

    static func matches(_ job: JobRecord, _ wish: Wish) -> Bool {
        if let standing = wish.standing, "\(job.standing)" != standing { return false }
        guard !wish.query.isEmpty else { return true }
        let text = "\(job.id) \(job.standing) \(job.attempts.last?.node ?? "") \(remark(job))".lowercased()
        return wish.query.lowercased().split(separator: " ").allSatisfy { text.contains($0) }
    }

    private static func row(_ job: JobRecord, of run: String, _ forecast: Forecast?, hasGPU: Bool) -> Row {
        func figure(_ key: String) -> Figure {
            let metric = Metric.named(key)
            let value = metric?.value(job)
            return Figure(
                text: value.flatMap { metric?.words($0) } ?? "-", sort: value.map { "\($0)" } ?? "")
        }
        let (duration, memory) = (figure("duration"), figure("memory"))
        return Row(
            id: job.id, path: Links.job(job.id, of: run), standing: job.isCached ? "cached" : "\(job.standing)",
            style: Look.style(job.standing, isCached: job.isCached), duration: duration.text,
            durationSort: duration.sort, memory: memory.text, memorySort: memory.sort,
            gpu: hasGPU ? figure("gpu_memory") : nil, node: job.attempts.last?.node ?? "", attempts: job.attempts.count,
            remark: progress(job, forecast) ?? remark(job))
    }

    /// `segment 61 %, 3 min left`.
    private static func progress(_ job: JobRecord, _ forecast: Forecast?) -> String? {
        guard job.standing == .running, let stages = forecast?.stages[job.index], !stages.isEmpty else { return nil }
        return stages.sorted { $0.key < $1.key }.map { name, part in
            let percent = part.fraction > 0 ? " \(Int(part.fraction * 100)) %" : ""
            return name + percent + (part.remaining.map { ", \(Words.time($0)) left" } ?? "")
        }.joined(separator: "; ")
    }

    /// `attempt 2 (oom_host: memory 4 GiB -> 6 GiB): CAUSE`.
    static func remark(_ job: JobRecord) -> String {
        guard let attempt = job.attempts.last else { return "" }
        let number = attempt.number > 1 ? "attempt \(attempt.number)" + (attempt.why.map { " (\($0))" } ?? "") : nil
        return [number, attempt.ending?.cause].compactMap(\.self).joined(separator: ": ")
    }
}
