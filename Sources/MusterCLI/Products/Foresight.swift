import MusterCluster
import MusterCore

/// What a run would do, told before it is made.
enum Foresight {
    /// How the jobs of a plan stand, and, where anything of earlier runs lies there, what a run would do stage by stage.
    ///
    /// What can't be looked at is a note: a run finds out by itself.
    static func ofRerun(
        _ planned: Planned
    ) async throws -> (states: [ResultSurvey.State]?, work: [ProductCensus.Work]?) {
        let (states, hasStore) = try await ResultSurvey.states(of: planned.plan, on: planned.site.host)
        var work: [ProductCensus.Work]?
        if hasStore || states.contains(where: { $0 == .cached || $0 == .stale }) {
            do {
                let census = try await look(planned.plan, on: planned.site)
                work = census.work(on: planned.plan.jobs)
            } catch let error as HostError {
                Terminal.complain("note: what a run would take over is not known: \(error)")
            }
        }
        // Where folders carry the run's time no earlier result can lie.
        return (planned.plan.input.layout == .plain ? states : nil, work)
    }

    /// How it stands with the products of a plan where its results lie; `makers` also tells who made them.
    static func look(_ plan: Plan, makers: Bool = false, on site: Site) async throws -> ProductCensus {
        let agent = try await AgentDelivery.deliver(Places.agent, to: site.workdir, on: site.host)
        return ProductCensus(
            plan, rows: try await ProductLook(agent: agent).rows(of: plan, makers: makers, on: site.host))
    }

    /// `stages to run: cut 20, mask 0 (20 taken over)`.
    static func words(_ work: [ProductCensus.Work]) -> String {
        guard work.contains(where: { $0.runs > 0 || $0.takenOver > 0 }) else { return "stages to run: none" }
        let parts = work.map { "\($0.stage) \($0.runs)" + ($0.takenOver > 0 ? " (\($0.takenOver) taken over)" : "") }
        return "stages to run: \(parts.joined(separator: ", "))"
    }
}
