extension Steward {
    /// Blocks of the next generation for jobs that were left behind, by their classes of sizes.
    public static func blocks(for leftOver: [Int], plan: RunPlan, known: [Block]) -> [Block] {
        guard !leftOver.isEmpty else { return [] }
        var size: [Int: Int] = [:]
        for block in known { for job in block.jobs { size[job] = block.size } }
        let generation = (known.map(\.generation).max() ?? 0) + 1
        var made: [Block] = []
        for (number, sort) in plan.classes.enumerated() {
            let jobs = leftOver.filter { size[$0] ?? 0 == number }
            made += Planner.blocks(
                jobs: jobs, generation: generation,
                elements: min(sort.mostElements, (jobs.count + sort.slots - 1) / sort.slots), slots: sort.slots,
                size: number, first: made.count)
        }
        return made
    }

    /// Elements for blocks that nobody holds: of each class as many as there are blocks, but no more than at first.
    public static func elements(for unheld: [Block], plan: RunPlan) -> [(size: Int, elements: Int)] {
        let counts = plan.classes.indices.map { size in unheld.count { $0.size == size } }
        return counts.enumerated().filter { $0.element > 0 }.map { size, count in
            (size: size, elements: min(plan[size].mostElements, count))
        }
    }
}

extension SizeClass {
    /// The most elements of one array of a later round.
    var mostElements: Int { max(1, arrays.first ?? 1) }
}
