import MusterCore
import MusterHistory

extension Pages {
    /// A run with its jobs.
    func run(_ name: String, _ wish: Wish) throws -> Page? {
        guard let run = try summary(name) else { return nil }
        let known = try shelf.jobs(of: run.run)
        let own = known.own
        let jobs = own.isEmpty ? known.shared : own
        let forecast = try forecast(run, jobs)
        let metric = Metric.named(wish["by"])
        let asked = JobsView.Wish(
            query: wish["q"] ?? "", standing: wish["is"], metric: metric?.key,
            page: wish["page"].flatMap { Int($0) } ?? 0)
        let all = known.all
        let failures = FailuresView(all, of: run) { job in try? history.lastSuccess(of: job, in: run) }
        let timeline = Timeline(all, of: run.run, now: .now)
        var parts = [
            Page.Part(
                id: "summary",
                html: templates.text(
                    "summary",
                    SummaryView(
                        run, jobs: jobs, forecast: forecast, previous: try previous(run), notices: try notices(run),
                        now: .now))),
            Page.Part(id: "field", html: templates.text("field", FieldView(jobs, of: run.run, by: metric))),
        ]
        if !failures.groups.isEmpty {
            parts.append(Page.Part(id: "failures", html: templates.text("failures", failures)))
        }
        if !timeline.rows.isEmpty {
            struct Nodes {
                var svg: String, omitted: String?
            }
            let omitted = timeline.omitted == 0 ? nil : "\(timeline.omitted) more slots are not drawn."
            parts.append(
                Page.Part(id: "nodes", html: templates.text("nodes", Nodes(svg: timeline.svg, omitted: omitted))))
        }
        let what = own.isEmpty ? "Stage runs" : "Jobs"
        parts.append(table("jobs", JobsView(jobs, of: run.run, what: what, wish: asked, forecast: forecast)))
        return Page(title: run.run, crumbs: [Page.Crumb(name: run.run, path: Links.run(run.run))], parts: parts)
    }

    private func table(_ id: String, _ view: JobsView) -> Page.Part {
        Page.Part(id: id, html: templates.text("jobs", view))
    }

    func forecast(_ run: RunSummary, _ jobs: [JobRecord]) throws -> Forecast? {
        guard run.ended == nil, jobs.contains(where: { $0.standing == .running }) else { return nil }
        let stages = run.details["plan"].flatMap(RunPlan.init(json:))?.stages.map(\.name) ?? []
        return try history.forecast(of: run.run, jobs: jobs, stages: stages)
    }

    /// The latest run of the same sweep that was made before.
    private func previous(_ run: RunSummary) throws -> String? {
        let runs = try history.runs()
        guard let at = runs.firstIndex(where: { $0.run == run.run }), !run.sweep.isEmpty else { return nil }
        return runs[(at + 1)...].first { $0.sweep == run.sweep && $0.jobCount > 0 }?.run
    }

    /// What keeps all of the run from going on.
    private func notices(_ run: RunSummary) throws -> [String] {
        guard run.ended == nil else { return [] }
        let state = try history.state(
            of: run.run,
            only: ["run.halted", "run.lifted", "cancel.requested", "node.sick", "no_space", "code.changed"])
        var notices: [String] = []
        if let halt = state.halt, !state.isCancelled { notices.append("The run has stopped itself: \(halt.reason)") }
        notices += state.sickNodes.sorted { $0.key < $1.key }.map {
            "Node \($0.key) is sick, so nothing more is begun there: \($0.value.reason)"
        }
        notices += state.code.told.map(\.words)
        for disk in state.fullDisks.values where !disk.isOver {
            notices.append("No space left in \(disk.path): jobs wait there and go on by themselves once there is.")
        }
        return notices
    }
}
