/// What lies there of a plan's products, counted.
public struct ProductCensus: Sendable {
    /// The plan.
    public let plan: Plan
    /// The names of its products.
    public let products: StageProducts
    /// What was found of each row, by its place in the table.
    public let rows: [Int: RowFinding]

    /// Puts a plan and what was found of it together.
    public init(_ plan: Plan, rows: [RowFinding]) {
        self.plan = plan
        products = StageProducts(plan.input.stages)
        self.rows = Dictionary(rows.map { ($0.row, $0) }) { $1 }
    }

    /// What was found of a stage in a row; missing where the row has not that stage, or was not looked at.
    public func finding(of stage: Int, in row: JobRow) -> StageFinding {
        guard let found = rows[row.index] else { return StageFinding(.missing) }
        let place = row.stages.map { $0.firstIndex(of: stage) } ?? stage
        guard let place, found.stages.indices.contains(place) else { return StageFinding(.missing) }
        return found.stages[place]
    }

    /// How many of `jobs` a stage's products are in each status of.
    public func counts(of stage: Int, in jobs: [JobRow]) -> [ProductStatus: Int] {
        var counts: [ProductStatus: Int] = [:]
        for job in jobs { counts[finding(of: stage, in: job).status, default: 0] += 1 }
        return counts
    }

    /// One word for all jobs of the plan: what is worst.
    public func status(of stage: Int) -> ProductStatus {
        let counts = counts(of: stage, in: plan.jobs)
        return [.stale, .missing, .onDisk].first { counts[$0] ?? 0 > 0 } ?? (plan.jobs.isEmpty ? .missing : .cached)
    }

    /// What a run of the plan would do about a stage.
    public struct Work: Hashable, Sendable {
        /// The stage's name.
        public var stage: String
        /// How often it would run; once where jobs share it.
        public var runs: Int
        /// For how many jobs its products would be taken over from an earlier run, results that are whole not counted.
        public var takenOver: Int

        /// Says what is to be done.
        public init(stage: String, runs: Int, takenOver: Int) {
            (self.stage, self.runs, self.takenOver) = (stage, runs, takenOver)
        }

        /// An object with the keys of `muster plan --json`.
        public var json: JSON {
            .object(["stage": .string(stage), "runs": .int(runs), "taken_over": .int(takenOver)])
        }
    }

    /// The work of a run on `rows` (the jobs of a sweep, or stage runs that are to be built), stage by stage.
    public func work(on rows: [JobRow]) -> [Work] {
        let identity = StageIdentity(plan.input.stages)
        var keys = Array(repeating: Set<String>(), count: plan.input.stages.count)
        var (alone, taken) = (keys.map { _ in 0 }, keys.map { _ in 0 })
        for row in rows where self.rows[row.index]?.isPublished != true {
            let own = identity.keys(scene: row.scene, point: row.point)
            for stage in row.stages ?? Array(own.indices) {
                if finding(of: stage, in: row).isThere {
                    taken[stage] += 1
                } else if plan.input.stages[stage].sharing == .never {
                    alone[stage] += 1
                } else {
                    keys[stage].insert(own[stage])
                }
            }
        }
        return plan.input.stages.indices.map {
            Work(stage: plan.input.stages[$0].name, runs: keys[$0].count + alone[$0], takenOver: taken[$0])
        }
    }
}

extension ProductCensus {
    /// The rows that are touched when products of `stages` in some of the jobs stop counting, and the keys that do so.
    ///
    /// A key is one product however many jobs share it, so all that share one are touched; and with a product all that was
    /// made of it.
    public static func invalidation(
        of stages: Set<Int>, in jobs: [JobRow], _ plan: Plan
    ) -> (stages: [Int], jobs: [JobRow], keys: Set<String>) {
        let identity = StageIdentity(plan.input.stages)
        let all = stages.union(StageGraph(plan.input.stages).dependents(of: stages)).sorted()
        func keys(_ row: JobRow, _ stages: some Sequence<Int>) -> [String] {
            let own = identity.keys(scene: row.scene, point: row.point)
            return stages.map { own[$0] }
        }
        let first = Set(jobs.flatMap { keys($0, stages) })
        let touched = plan.jobs.filter { !first.isDisjoint(with: keys($0, stages)) }
        var wanted: Set<String> = []
        for row in touched {
            // Of several stages only those that the row was chosen by, and what follows from them.
            let hit = Set(zip(stages, keys(row, stages)).filter { first.contains($0.1) }.map(\.0))
            let own = hit.union(StageGraph(plan.input.stages).dependents(of: hit))
            wanted.formUnion(keys(row, own))
        }
        return (all, touched, wanted)
    }
}
