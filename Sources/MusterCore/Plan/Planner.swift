/// Makes plans: pure arithmetic over values.
public enum Planner {
    /// Jobs without a `time` are taken to last this long when they are packed.
    public static let assumedJobTime = WallTime(seconds: 1800)
    /// The least that an element of `packing: auto` should last.
    public static let leastElementTime = WallTime(seconds: 3600)
    /// The most elements of `packing: auto`.
    public static let mostElements = 1000
    /// Blocks for each element: a fast node then takes more of them, and a long job holds up little.
    public static let blocksPerElement = 4

    /// Expands the input.
    public static func plan(_ input: PlanInput) -> Plan {
        let identity = StageIdentity(input.stages)
        let recipes = input.points.map(identity.recipes)
        var jobs = jobs(of: input, recipes)
        let shared = SharedRuns(stages: input.stages, recipes: recipes)
        let sharedRuns = share(shared, among: &jobs, input, identity)
        var plan = Plan(input: input, jobs: jobs, blocks: [], sizes: [], fingerprint: "")
        plan.sharedRuns = sharedRuns
        plan.savedRuns = shared.saved * input.scenes.count
        let canaries = Set(canaries(input.canaries, points: input.points.count, scenes: input.scenes.count))
        for sort in sorts(of: input, plan) { plan.add(sort, canaries: canaries) }
        plan.fingerprint = fingerprint(of: plan)
        return plan
    }

    /// Digest of jobs, stages and resources.
    static func fingerprint(of plan: Plan) -> String {
        let input = plan.input
        var digest = SHA256()
        var bytes: [UInt8] = []
        for row in plan.rows {
            bytes.removeAll(keepingCapacity: true)
            row.json.write(to: &bytes)
            digest.update(bytes)
        }
        digest.update(JSON.array(input.stages.map(\.json)).bytes)
        digest.update(JSON.array(plan.sizes.map(\.resources.json)).bytes)
        if !input.rules.isEmpty { digest.update(JSON.array(input.rules.map(\.json)).bytes) }
        return Hex.text(digest.finish())
    }

    private static func jobs(of input: PlanInput, _ recipes: [[[UInt8]]]) -> [JobRow] {
        var rows: [JobRow] = []
        rows.reserveCapacity(input.points.count * input.scenes.count)
        let rules = input.rules.isEmpty ? [] : JSON.array(input.rules.map(\.json)).canonical.bytes
        let begun = input.scenes.map(StageIdentity.begin)
        for (point, recipes) in zip(input.points, recipes) {
            let recipe = recipes.joined() + rules
            for (scene, begun) in zip(input.scenes, begun) {
                let id = point.id.isEmpty ? scene.name : "\(point.id)/\(scene.name)"
                var digest = begun
                digest.update(recipe)
                rows.append(
                    JobRow(
                        index: rows.count, id: id, scene: scene, point: point,
                        output: input.layout.folder(of: scene, at: point, below: input.outputRoot),
                        key: Hex.text(digest.finish())))
            }
        }
        return rows
    }

    /// How many jobs one element runs side by side.
    static func slots(of input: PlanInput, asking resources: Resources, jobs: Int) -> Int {
        guard input.capacity.isLocal || input.packing == .node, input.jobNodes == 1 else { return 1 }
        let most = max(1, jobs) * StageGraph(input.stages).width(input.stages)
        if input.capacity.isLocal, let slots = input.localSlots { return min(slots, most) }
        let byCPU = input.capacity.cpus.map { $0 / max(1, resources.cpus) } ?? 1
        let byGPU = resources.gpus == 0 ? Int.max : (input.capacity.gpus ?? 0) / resources.gpus * resources.sharing
        let byMemory = resources.memory.flatMap { one in
            input.capacity.memory.map { Int($0.bytes / max(1, one.bytes)) }
        }
        return max(1, min(byCPU, byGPU, byMemory ?? Int.max, most))
    }

    static func elementCount(of input: PlanInput, asking one: Resources, jobs: Int, slots: Int) -> Int {
        guard jobs > 0 else { return 0 }
        if input.capacity.isLocal { return 1 }
        let places = slots * max(1, input.nodes)
        let most = (jobs + places - 1) / places
        guard input.packing != .element else { return most }
        let time = max(1, (one.time ?? input.expectedTime ?? assumedJobTime).seconds)
        let total = Int64(most) * time
        var elements = Int(min(Int64(mostElements), max(1, total / leastElementTime.seconds)))
        if let limit = input.capacity.timeLimit {
            // No element may have more to do than fits the limit.
            let rounds = max(1, Int(limit.seconds / time))
            elements = max(elements, (most + rounds - 1) / rounds)
        }
        return min(elements, most)
    }

    /// Slots times one job's resources on each node, and time for the element's share with a quarter to spare, or as much
    /// again where a job's time is known from earlier runs only.
    static func element(
        of input: PlanInput, asking one: Resources, jobs: Int, _ elements: Int, _ slots: Int
    ) -> Resources {
        var time: WallTime?
        if let each = one.time ?? input.expectedTime, elements > 0 {
            let places = elements * slots * max(1, input.nodes)
            let rounds = Int64((jobs + places - 1) / places)
            let spare = one.time == nil ? rounds * each.seconds : (rounds * each.seconds) / 4
            let seconds = rounds * each.seconds + spare + 60
            time = input.capacity.timeLimit.map { min($0, WallTime(seconds: seconds)) } ?? WallTime(seconds: seconds)
        }
        return Resources(
            gpus: (slots + one.sharing - 1) / one.sharing * one.gpus, cpus: one.cpus * slots,
            memory: one.memory.map { ByteCount($0.bytes * Int64(slots)) }, time: time)
    }
}
