extension Planner {
    /// Rows of one size, in the order in which they are handed out.
    struct Sort {
        /// The most that one of them asks for.
        var resources: Resources
        var rows: [Int]
        /// They are shared stage runs.
        var isShared = false
        /// Shared stage runs that the same agents run before, where there is one allocation only.
        var before: [Int] = []
    }

    /// Rows by their class of sizes; shared stage runs have classes of their own, before the others. This machine has one
    /// allocation only, so all rows share the largest size there.
    static func sorts(of input: PlanInput, _ plan: Plan) -> [Sort] {
        let (classes, owner) = classes(of: input)
        let scenes = max(1, input.scenes.count)
        var sorts = classes.map { Sort(resources: $0, rows: []) }
        for point in input.points.indices {
            let jobs = point * input.scenes.count..<(point + 1) * input.scenes.count
            sorts[owner(point)].rows += jobs
        }
        guard !plan.sharedRuns.isEmpty else { return sorts }
        // A block should have to wait for few stage runs: jobs of one scene stand together.
        for number in sorts.indices { sorts[number].rows.sort { ($0 % scenes, $0) < ($1 % scenes, $1) } }
        var shared = classes.map { Sort(resources: $0, rows: [], isShared: true) }
        var largest: [Int: Int] = [:]
        for job in plan.jobs {
            for row in job.uses { largest[row] = max(largest[row] ?? 0, owner(job.index / scenes)) }
        }
        for row in plan.sharedRuns { shared[largest[row.index] ?? 0].rows.append(row.index) }
        guard input.capacity.isLocal else { return shared.filter { !$0.rows.isEmpty } + sorts }
        sorts[0].before = shared.flatMap(\.rows)
        return sorts
    }

    /// The classes, and the class of each point by its place.
    private static func classes(of input: PlanInput) -> (classes: [Resources], of: (Int) -> Int) {
        guard !input.sizes.isEmpty, !input.scenes.isEmpty else { return ([input.resources], { _ in 0 }) }
        var asked: [Resources: Int] = [:]
        for size in input.sizes { asked[size, default: 0] += input.scenes.count }
        let (classes, owner) = ResourceClasses.assign(asked, most: input.capacity.isLocal ? 1 : input.mostClasses)
        return (classes, { owner[input.sizes[$0]] ?? 0 })
    }
}

extension Plan {
    /// Adds a class of sizes with its blocks and arrays; each of the `canaries` gets a block of its own, before the others.
    mutating func add(_ sort: Planner.Sort, canaries: Set<Int> = []) {
        let count = sort.rows.count + sort.before.count
        let slots = Planner.slots(of: input, asking: sort.resources, jobs: count)
        let elements = Planner.elementCount(of: input, asking: sort.resources, jobs: count, slots: slots)
        let table = rows
        var fresh = Planner.blocks(
            jobs: sort.rows.filter(canaries.contains), generation: 0, elements: count, slots: 1, size: sizes.count,
            first: blocks.count)
        for index in fresh.indices { fresh[index].terms.isCanary = true }
        let others = sort.rows.filter { !canaries.contains($0) }
        for rows in Planner.levels(sort.before, of: table) + Planner.levels(others, of: table) {
            fresh += Planner.blocks(
                jobs: rows, generation: 0, elements: elements * max(1, input.nodes), slots: slots, size: sizes.count,
                first: blocks.count + fresh.count)
        }
        blocks += fresh
        sizes.append(
            Size(
                resources: sort.resources, jobs: sort.isShared ? 0 : sort.rows.count, slots: slots,
                element: Planner.element(of: input, asking: sort.resources, jobs: count, elements, slots),
                arrays: Planner.arrays(
                    elements: min(elements, max(fresh.count, 1)), limit: input.capacity.maxArraySize,
                    offset: self.elements), isShared: sort.isShared))
    }
}
