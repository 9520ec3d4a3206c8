import MusterCore
import MusterHistory

extension Pages {
    /// Bytes of each stage's log that a job's page and its log's page show.
    private static let tail: Int64 = 16 << 10, long: Int64 = 1 << 20

    /// A job and its neighbours.
    private struct Found: Sendable {
        var run: RunSummary, job: JobRecord, all: [JobRecord]
    }

    private func find(_ name: String, _ id: String) throws -> Found? {
        guard let run = try summary(name) else { return nil }
        let all = try shelf.jobs(of: run.run).all
        return all.first { $0.id == id }.map { Found(run: run, job: $0, all: all) }
    }

    /// A job of that id; nil where the run has none.
    func record(_ run: String, _ id: String) throws -> JobRecord? { try find(run, id)?.job }

    /// A job with its attempts and the end of its log.
    func job(_ name: String, _ id: String) async throws -> Page? {
        guard let found = try await blocking({ try find(name, id) }) else { return nil }
        let (run, job) = (found.run, found.job)
        var parts = try await blocking { () -> [Page.Part] in
            let forecast = try forecast(run, found.all)
            let samples = job.standing == .running ? try history.liveSamples(of: run.run) : []
            let view = JobView(
                job, among: found.all, of: run.run, forecast: forecast,
                samples: samples.filter { $0.key.job == job.index })
            let attempts = AttemptsView(
                job, forecast: forecast, readings: try history.readings(of: run.run, job: job.index), now: .now)
            return [
                Page.Part(id: "job", html: templates.text("job", view)),
                Page.Part(id: "attempts", html: templates.text("attempts", attempts)),
            ]
        }
        if !job.attempts.isEmpty {
            let log = await logs.tails(of: job, in: run, most: Self.tail, patience: .milliseconds(1500))
            parts.append(
                Page.Part(id: "log", html: templates.text("log", LogView(log, path: Links.log(id, of: run.run)))))
        }
        return Page(
            title: id, crumbs: crumbs(run, id), parts: parts, isWritten: job.standing == .running)
    }

    /// What a job's stages wrote, as much of it as a page takes.
    func log(_ name: String, _ id: String) async throws -> Page? {
        guard let found = try await blocking({ try find(name, id) }) else { return nil }
        let log = await logs.tails(of: found.job, in: found.run, most: Self.long, patience: .seconds(30))
        let path = Links.log(id, of: found.run.run)
        return Page(
            title: "Log of \(id)",
            crumbs: crumbs(found.run, id) + [Page.Crumb(name: "log", path: path)],
            parts: [Page.Part(id: "log", html: templates.text("log", LogView(log, path: path)))],
            isWritten: found.job.standing == .running)
    }

    private func crumbs(_ run: RunSummary, _ id: String) -> [Page.Crumb] {
        [
            Page.Crumb(name: run.run, path: Links.run(run.run)),
            Page.Crumb(name: id, path: Links.job(id, of: run.run)),
        ]
    }
}
