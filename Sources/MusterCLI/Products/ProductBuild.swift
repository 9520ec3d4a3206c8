import MusterCluster
import MusterCore
import MusterHistory

/// Makes some products of a sweep and stops there.
struct ProductBuild {
    let sweep: Planned
    let names: [String]
    private let targets: [Int]
    /// Keys of the stage runs whose product is there.
    private var done: Set<String> = []
    /// Stage runs that are asked for, and what the others come to.
    private(set) var wanted = 0
    private(set) var work: [ProductCensus.Work] = []

    /// Finds out what is there and what is to be made.
    init(_ names: [String], of sweep: Planned) async throws {
        (self.sweep, self.names) = (sweep, names)
        let products = StageProducts(sweep.plan.input.stages)
        let targets = try names.map { try SweepProducts.stage(of: $0, products) }
        self.targets = targets
        if let note = sweep.ownFolderNote {
            throw sweep.loaded.mistake(
                at: ["experiment.output_root"], "products can't be built: \(note.split(separator: "\n")[0])",
                hint: "give an absolute path on the cluster, where later runs find them")
        }
        let closure = products.graph.closure(of: targets)
        if let own = closure.first(where: { products.stages[$0].sharing == .never }) {
            throw ExitStatus.config(
                "error: '\(names.joined(separator: "', '"))' can't be built by itself: the stage '\(products.stages[own].name)' says 'share: never', so each job runs it for itself\n"
                    + "  make everything: muster run, or take 'share: never' out")
        }
        let all = Planner.build(targets, of: sweep.plan.input)
        let census = try await Foresight.look(all, on: sweep.site)
        let rows = all.rows.filter { !$0.from.isEmpty }
        wanted = rows.count
        let there = rows.filter { row in
            row.stages?.last.map { census.finding(of: $0, in: row).status == .cached } ?? false
        }
        done = Set(there.map(\.key))
        let open = rows.filter { !done.contains($0.key) }
        work = census.work(on: open)
    }

    /// Stage runs whose product is there already.
    var cached: Int { done.count }
    /// Whether nothing is left to do.
    var isDone: Bool { done.count == wanted }

    /// What is cached and what will be made.
    var text: String {
        let what = "\(names.joined(separator: ", ")): \(cached) of \(PlanText.amount(wanted, "stage run")) cached"
        return isDone ? "\(what), nothing to make" : "\(what)\n\(Foresight.words(work))"
    }

    /// Submits what is to be made and waits for its end; the run's id.
    func run(new: Bool) async throws -> String {
        let created = Timestamp.now
        let run = Submitter.name(of: sweep.loaded, at: created)
        var planned = sweep
        planned.plan = Planner.build(targets, of: sweep.plan.input, except: done)
        planned.partitions = try planned.destination.partitions(of: planned.plan, planned.loaded)
        return try await Submitter.submit(planned, as: run, at: created, new: new)
    }

    /// The summary for programs; `rows` are the stage runs of `run`.
    func json(run: String?, rows: [JobRecord]) -> JSON {
        .object([
            "schema": 1, "run": run.map(JSON.string) ?? .null, "products": .strings(names), "wanted": .int(wanted),
            "cached": .int(cached), "work": .array(work.map(\.json)),
            "rows": .array(
                rows.map {
                    .object([
                        "id": .string($0.id), "outcome": .string("\($0.standing)"), "output_dir": .string($0.output),
                    ])
                }),
        ])
    }
}
