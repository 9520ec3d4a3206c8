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
        let jobs = jobs(of: input)
        let slots = slots(of: input)
        let elements = elementCount(of: input, jobs: jobs.count, slots: slots)
        let blocks = blocks(
            jobs: Array(0..<jobs.count), generation: 0, elements: elements * max(1, input.nodes), slots: slots)
        var digest = SHA256()
        for row in jobs { digest.update(row.json.bytes) }
        digest.update(JSON.array(input.stages.map(\.json)).bytes)
        digest.update(input.resources.json.bytes)
        return Plan(
            input: input, jobs: jobs, blocks: blocks, slots: slots,
            arrays: arrays(elements: min(elements, max(blocks.count, 1)), limit: input.capacity.maxArraySize),
            element: elementResources(of: input, jobs: jobs.count, elements: elements, slots: slots),
            fingerprint: Hex.text(digest.finish()))
    }

    private static func jobs(of input: PlanInput) -> [JobRow] {
        var rows: [JobRow] = []
        for point in input.points {
            let recipe = recipe(of: input.stages, at: point)
            for scene in input.scenes {
                let id = point.id.isEmpty ? scene.name : "\(point.id)/\(scene.name)"
                var digest = SHA256()
                digest.update(JSON.strings([scene.name, scene.path]).bytes)
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

    /// Stages and point in canonical form: what, besides the scene, makes a result.
    private static func recipe(of stages: [StageSpec], at point: Point) -> [UInt8] {
        JSON.array([.array(stages.map(\.json)), .object(point.values)]).canonical.bytes
    }

    /// How many jobs one element runs side by side.
    static func slots(of input: PlanInput) -> Int {
        guard input.capacity.isLocal || input.packing == .node else { return 1 }
        let most = max(1, input.scenes.count * input.points.count)
        if input.capacity.isLocal, let slots = input.localSlots { return min(slots, most) }
        let byCPU = input.capacity.cpus.map { $0 / max(1, input.resources.cpus) } ?? 1
        let byGPU = input.resources.gpus == 0 ? Int.max : (input.capacity.gpus ?? 0) / input.resources.gpus
        return max(1, min(byCPU, byGPU, most))
    }

    private static func elementCount(of input: PlanInput, jobs: Int, slots: Int) -> Int {
        guard jobs > 0 else { return 0 }
        if input.capacity.isLocal { return 1 }
        let places = slots * max(1, input.nodes)
        let most = (jobs + places - 1) / places
        guard input.packing != .element else { return most }
        let time = (input.resources.time ?? assumedJobTime).seconds
        let total = Int64(most) * max(1, time)
        var elements = Int(min(Int64(mostElements), max(1, total / leastElementTime.seconds)))
        if let limit = input.capacity.timeLimit {
            // No element may have more to do than fits the limit.
            let rounds = max(1, Int(limit.seconds / max(1, time)))
            elements = max(elements, (most + rounds - 1) / rounds)
        }
        return min(elements, most)
    }

    /// Cuts `jobs` into blocks: at least one job for each slot, about ``blocksPerElement`` for each element.
    public static func blocks(jobs: [Int], generation: Int, elements: Int, slots: Int) -> [Block] {
        guard !jobs.isEmpty else { return [] }
        let wanted = max(1, elements) * (elements == (jobs.count + slots - 1) / slots ? 1 : blocksPerElement)
        let size = max(slots, (jobs.count + wanted - 1) / wanted)
        return stride(from: 0, to: jobs.count, by: size).enumerated().map { number, first in
            Block(
                id: "g\(generation)-\(padded(number))", generation: generation,
                jobs: Array(jobs[first..<min(first + size, jobs.count)]))
        }
    }

    /// Cuts `elements` at MaxArraySize: no index may reach it, so later parts carry an offset.
    public static func arrays(elements: Int, limit: Int) -> [Plan.ArrayPart] {
        stride(from: 0, to: elements, by: max(1, limit)).map {
            Plan.ArrayPart(offset: $0, count: min(max(1, limit), elements - $0))
        }
    }

    /// Slots times one job's resources on each node, and time for the element's share with a quarter to spare.
    private static func elementResources(of input: PlanInput, jobs: Int, elements: Int, slots: Int) -> Resources {
        let one = input.resources
        var time: WallTime?
        if let each = one.time, elements > 0 {
            let places = elements * slots * max(1, input.nodes)
            let rounds = Int64((jobs + places - 1) / places)
            let seconds = rounds * each.seconds + (rounds * each.seconds) / 4 + 60
            time = input.capacity.timeLimit.map { min($0, WallTime(seconds: seconds)) } ?? WallTime(seconds: seconds)
        }
        return Resources(
            gpus: one.gpus * slots, cpus: one.cpus * slots,
            memory: one.memory.map { ByteCount($0.bytes * Int64(slots)) }, time: time)
    }

    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}
