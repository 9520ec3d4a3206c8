/// Plans that make some products of a sweep and stop there.
extension Planner {
    /// What one row of such a plan makes: a product's stage with all that it waits for, once for all points that agree.
    struct Unit {
        /// By their places; the last one makes the product.
        var stages: [Int]
        /// Points of the sweep, by their places.
        var points: [Int]
        /// What the products of each of the pipeline's stages are made by.
        var recipes: [[UInt8]]
    }

    /// A stage run with what it was made for.
    struct UnitRow {
        var row: JobRow
        /// Place of its unit.
        var unit: Int
        /// The most that a job asks for which it stands for.
        var resources: Resources
    }

    /// The plan that makes what the stages `targets` produce, for every scene and point, and nothing behind it.
    ///
    /// It has no jobs: all of its rows are stage runs, whose results lie in the store, from where the jobs of a later run take
    /// them over. Rows whose keys `done` names are left out.
    public static func build(_ targets: [Int], of input: PlanInput, except done: Set<String> = []) -> Plan {
        let identity = StageIdentity(input.stages)
        let units = units(targets, input, identity)
        let shared = SharedRuns(
            stages: input.stages, recipes: units.map(\.recipes), wanted: units.map { Set($0.stages) })
        var own = input
        (own.records, own.rules, own.sizes) = (nil, [], [])
        var plan = Plan(input: own, jobs: [], blocks: [], sizes: [], fingerprint: "")
        var rows = rows(units, input, identity).filter { !done.contains($0.row.key) }
        for index in rows.indices { rows[index].row.index = index }
        let groups = sharedRows(shared, units, among: &rows, input, identity)
        plan.sharedRuns = rows.map(\.row) + groups
        for sort in sorts(of: rows, groups, input) { plan.add(sort) }
        plan.fingerprint = fingerprint(of: plan)
        return plan
    }

    private static func units(_ targets: [Int], _ input: PlanInput, _ identity: StageIdentity) -> [Unit] {
        let graph = StageGraph(input.stages)
        let recipes = input.points.map(identity.recipes)
        // What another one waits for is made with it.
        let last = Set(targets).filter { target in
            !targets.contains { $0 != target && graph.closure(of: [$0]).contains(target) }
        }
        return last.sorted().flatMap { target in
            let stages = graph.closure(of: [target])
            var place: [[UInt8]: Int] = [:]
            var units: [Unit] = []
            for point in input.points.indices {
                if let known = place[recipes[point][target]] {
                    units[known].points.append(point)
                } else {
                    place[recipes[point][target]] = units.count
                    units.append(Unit(stages: stages, points: [point], recipes: recipes[point]))
                }
            }
            return units
        }
    }

    /// Classes of sizes, shared ones first; on this machine all rows share the largest.
    private static func sorts(of rows: [UnitRow], _ groups: [JobRow], _ input: PlanInput) -> [Sort] {
        guard !rows.isEmpty else { return [Sort(resources: input.resources, rows: [])] }
        var asked: [Resources: Int] = [:]
        for row in rows { asked[row.resources, default: 0] += 1 }
        let (classes, owner) = ResourceClasses.assign(asked, most: input.capacity.isLocal ? 1 : input.mostClasses)
        var sorts = classes.map { Sort(resources: $0, rows: []) }
        var shared = classes.map { Sort(resources: $0, rows: [], isShared: true) }
        var largest: [Int: Int] = [:]
        for row in rows {
            let size = owner[row.resources] ?? 0
            sorts[size].rows.append(row.row.index)
            for used in row.row.uses { largest[used] = max(largest[used] ?? 0, size) }
        }
        for row in groups { shared[largest[row.index] ?? 0].rows.append(row.index) }
        guard input.capacity.isLocal else { return shared.filter { !$0.rows.isEmpty } + sorts }
        sorts[0].before = shared.flatMap(\.rows)
        return sorts
    }
}
