import MusterCluster
import MusterCore

/// Has products stop counting.
struct ProductInvalidation {
    let sweep: SweepProducts
    /// Products that stop counting: those that were named, and what is made of them.
    let names: [String]
    private let jobs: [JobRow], keys: Set<String>
    private let chosen: Int

    init(_ names: [String], in chosen: [JobRow], of sweep: SweepProducts) throws {
        self.sweep = sweep
        let (stages, jobs, keys) = ProductCensus.invalidation(
            of: try sweep.stages(of: names), in: chosen, sweep.plan)
        (self.names, self.jobs, self.keys) = (stages.flatMap { sweep.products.names[$0] }, jobs, keys)
        self.chosen = chosen.count
    }

    /// What would stop counting: `masks in 20 jobs, cuts in 20 jobs`.
    var text: String {
        let stages = sweep.products.names.indices.filter { names.contains(sweep.products.names[$0][0]) }
        let parts = stages.map { stage in
            let there = sweep.census.counts(of: stage, in: jobs).filter { $0.key == .cached || $0.key == .onDisk }
            let count = there.values.reduce(0, +)
            return "\(sweep.products.names[stage].joined(separator: ", ")) of \(PlanText.amount(count, "job"))"
        }
        let more = jobs.count - chosen
        return parts.joined(separator: ", ")
            + (more > 0 ? " (\(PlanText.amount(more, "job")) more than were named, which share them)" : "")
    }

    /// Does it, unless a run of the sweep goes on.
    func run(force: Bool = false) async throws -> ProductLook.Invalidated {
        let site = sweep.planned.site
        let id = "invalidation-\(Timestamp.now.stamp)"
        // The folder of such a run does not exist, so the lock gives way at once: it only tells whether a run goes on.
        try await Submitter.lock(
            sweep.planned, run: id, paths: RunPaths(folder: "\(site.workdir)/runs/\(id)"), new: force)
        let agent = try await AgentDelivery.deliver(Places.agent, to: site.workdir, on: site.host)
        return try await ProductLook(agent: agent).invalidate(keys, in: jobs, of: sweep.plan, on: site.host)
    }

    /// What was done, for people.
    static func words(_ done: ProductLook.Invalidated) -> String {
        let parts = [
            (done.results, "published result"), (done.stored, "stored stage run"), (done.attempts, "attempt"),
        ].filter { $0.0 > 0 }.map { PlanText.amount($0.0, $0.1) }
        guard !parts.isEmpty || done.checkpoints > 0 else { return "nothing of it was there" }
        let checkpoints =
            done.checkpoints > 0 ? "; \(PlanText.amount(done.checkpoints, "checkpoint")) removed" : ""
        return
            "\(PlanText.amount(done.products, "product record")) in \(parts.joined(separator: ", ")) count no more\(checkpoints)\n"
            + "the files stay where they are until the next run has made them anew"
    }
}
