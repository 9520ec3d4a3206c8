extension Steward {
    /// What one decision adds to the tables of a run: at once, so that of two stewards one decides a generation.
    public struct Generation: Equatable, Sendable {
        /// Its number: one more than the last.
        public var number: Int
        /// Classes of sizes that were not there, numbered from `firstClass`.
        public var classes: [SizeClass] = []
        /// The first number of `classes`.
        public var firstClass: Int
        /// Its blocks.
        public var blocks: [Block] = []

        /// A generation with nothing in it.
        public init(number: Int, firstClass: Int) {
            self.number = number
            self.firstClass = firstClass
        }

        /// Lines of the tables: classes before the blocks that name them.
        public var lines: [JSON] {
            classes.enumerated().map { $1.line(number: firstClass + $0) } + blocks.map(\.json)
        }
    }

    /// The next generation: jobs with equal terms share blocks. Nil when nothing is to be handed out.
    public static func generation(_ handouts: [Handout], in situation: Situation) -> Generation? {
        guard !handouts.isEmpty else { return nil }
        var plan = situation.plan
        var made = Generation(
            number: (situation.blocks.map(\.generation).max() ?? 0) + 1, firstClass: plan.classes.count)
        // What the jobs of one kind have in common, in the order of the first one.
        var kinds: [Handout] = []
        var jobs: [Handout: [Int]] = [:]
        for handout in handouts {
            var kind = handout
            kind.job = 0
            if jobs[kind] == nil { kinds.append(kind) }
            jobs[kind, default: []].append(handout.job)
        }
        let sized = kinds.map { kind in (kind, Self.size(for: kind, jobs: jobs[kind]?.count ?? 0, in: &plan)) }
        made.classes = Array(plan.classes[made.firstClass...])
        for (kind, size) in sized.enumerated().sorted(by: { ($0.1.1, $0.0) < ($1.1.1, $1.0) }).map(\.element) {
            let members = jobs[kind] ?? []
            // Canaries are begun side by side.
            let groups = kind.terms.isCanary ? members.map { [$0] } : [members]
            for group in groups {
                let slots = kind.terms.isAlone ? 1 : plan[size].slots
                made.blocks += Planner.blocks(
                    jobs: group, generation: made.number,
                    elements: min(plan.mostElements(size), (group.count + slots - 1) / slots), slots: slots,
                    size: size, first: made.blocks.count
                ).map { block in
                    var block = block
                    block.terms = kind.terms
                    return block
                }
            }
        }
        return made
    }

    /// The class for jobs that ask so: a known one, or a new one behind all.
    private static func size(for kind: Handout, jobs: Int, in plan: inout RunPlan) -> Int {
        let known = plan.classes.indices.first {
            (plan.classes[$0].base ?? $0) == kind.base && plan.classes[$0].resources == kind.resources
                && plan.classes[$0].avoid == kind.terms.avoid
        }
        if let known { return known }
        let base = plan[kind.base]
        var slots = base.slots
        if let each = kind.resources.memory, let most = plan.most.memory, each.bytes > 0 {
            slots = max(1, min(slots, Int(clamping: most.bytes / each.bytes)))
        }
        var size = SizeClass(resources: kind.resources, slots: slots, arrays: [])
        size.base = kind.base
        size.avoid = kind.terms.avoid
        if let time = kind.resources.time {
            // As the planner does: the share of an element, with a quarter to spare.
            let places = plan.mostElements(kind.base) * slots
            let rounds = Int64((jobs + places - 1) / max(1, places))
            let seconds = max(1, rounds) * time.seconds * 5 / 4 + 60
            size.elementTime = WallTime(seconds: min(seconds, plan.most.time?.seconds ?? seconds))
        }
        plan.classes.append(size)
        return plan.classes.count - 1
    }

    /// Elements for blocks that nobody holds: of each class as many as there are blocks, but no more than at first.
    public static func elements(for unheld: [Block], plan: RunPlan) -> [(size: Int, elements: Int)] {
        let counts = plan.classes.indices.map { size in unheld.count { $0.size == size } }
        return counts.enumerated().filter { $0.element > 0 }.map { size, count in
            (size: size, elements: min(plan.mostElements(size), count))
        }
    }
}

extension RunPlan {
    /// The most elements of one array of a later round.
    func mostElements(_ size: Int) -> Int { max(1, self[self[size].base ?? size].arrays.first ?? 1) }
}
