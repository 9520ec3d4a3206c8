import Dispatch
import MusterCore
import MusterHistory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes the pages out of the history.
struct Pages: Sendable {
    let history: History
    let templates: Templates
    let shelf: JobShelf
    let logs: LogDesk
    let reports: any ReportSource

    /// The page that is asked for; nil where there is none.
    func page(_ wish: Wish) async throws -> Page? {
        switch wish.place {
        case .runs: return try await blocking { try runs(wish) }
        case .run(let run): return try await blocking { try self.run(run, wish) }
        case .report(let run): return try await report(run)
        case .job(let run, let id): return try await job(run, id)
        case .log(let run, let id): return try await log(run, id)
        case .comparison: return try await blocking { try comparison(wish) }
        default: return nil
        }
    }

    /// Asks the disk away from the threads that tasks share.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// The run with exactly this id, or what a beginning of it or `last` means.
    func summary(_ run: String) throws -> RunSummary? {
        do {
            return try history.run(run)
        } catch HistoryError.noSuchRun, HistoryError.ambiguousRun {
            return nil
        }
    }

    private func runs(_ wish: Wish) throws -> Page {
        let view = RunsView(try history.runs(), query: wish["q"] ?? "", now: .now)
        return Page(title: "Runs", parts: [Page.Part(id: "runs", html: templates.text("runs", view))])
    }

    private func comparison(_ wish: Wish) throws -> Page? {
        let names = wish.query.filter { $0.name == "run" }.map(\.value)
        guard names.count == 2 else {
            return Page(
                title: "Compare", crumbs: [Page.Crumb(name: "compare", path: "/compare")],
                parts: [message("Two runs, please", "Mark two runs in the list to see them beside each other.")],
                isLive: false)
        }
        guard let first = try summary(names[0]), let second = try summary(names[1]) else { return nil }
        let comparison = try history.compare(first.run, second.run)
        return Page(
            title: "\(first.run) and \(second.run)",
            crumbs: [Page.Crumb(name: "compare", path: Links.compare(first.run, second.run))],
            parts: [
                Page.Part(
                    id: "comparison", html: templates.text("comparison", ComparisonView(comparison, [first, second])))
            ])
    }

    private func report(_ name: String) async throws -> Page? {
        guard let run = try await blocking({ try summary(name) }) else { return nil }
        let report = try await reports.report(of: run)
        return Page(
            title: report.title,
            crumbs: [
                Page.Crumb(name: run.run, path: Links.run(run.run)),
                Page.Crumb(name: "report", path: Links.report(run.run)),
            ], parts: [Page.Part(id: "report", html: templates.text("report", ReportView(report)))])
    }

    /// A part that only says something.
    func message(_ title: String, _ words: String, command: String? = nil) -> Page.Part {
        struct Message {
            var title: String, words: String, command: String?
        }
        return Page.Part(
            id: "message", html: templates.text("message", Message(title: title, words: words, command: command)))
    }

    /// The whole page as it is sent.
    func text(_ page: Page, at address: String) -> String {
        struct Frame {
            var title: String, live: String, up: String
            var crumbs: [Page.Crumb], parts: [Page.Part]
        }
        let up = page.crumbs.dropLast().last?.path ?? "/"
        return templates.text(
            "frame",
            Frame(
                title: page.title, live: page.isLive ? "/live?of=\(Markup.percent(address))" : "", up: up,
                crumbs: page.crumbs, parts: page.parts))
    }
}

extension Timestamp {
    /// Now, by this machine's clock.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
