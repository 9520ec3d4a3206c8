import MusterHistory

/// Paths of the pages.
enum Links {
    static func run(_ run: String, _ metric: String? = nil) -> String {
        "/runs/\(Markup.percent(run))" + (metric.map { "?by=\(Markup.percent($0))" } ?? "")
    }
    static func report(_ run: String) -> String { self.run(run) + "/report" }
    static func job(_ job: String, of run: String) -> String { self.run(run) + "/jobs/" + path(job) }
    static func log(_ job: String, of run: String) -> String { self.run(run) + "/logs/" + path(job) }
    static func compare(_ first: String, _ second: String) -> String {
        "/compare?run=\(Markup.percent(first))&run=\(Markup.percent(second))"
    }
    static func api(_ run: String) -> String { "/api" + self.run(run) }
    static func api(_ job: String, of run: String) -> String { "/api" + self.job(job, of: run) }

    /// A job's id keeps its slashes. A part that a browser would take for a way upwards is written so that it can't.
    private static func path(_ job: String) -> String {
        job.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part == "." || part == ".." ? part.map { _ in "%252E" }.joined() : Markup.percent(part)
        }.joined(separator: "/")
    }

    /// Reads the rest of a path that `path` wrote, already decoded once.
    static func job(of rest: [String]) -> String {
        rest.map { $0 == "%2E" || $0 == "%2E%2E" ? $0.replacing("%2E", with: ".") : $0 }.joined(separator: "/")
    }
}
