import MusterCore
import Testing

@Suite struct SizesTests {
    @Test(
        arguments: [
            ("12M", .size, 12 * 0x1p20), ("{frames} * 12M", .size, 1200 * 0x1p20),
            ("2G + {frames}*1.5G", .size, 152 * 0x1p30),
            ("10m + {frames} * 2s", .time, 800), ("(1h + 1d) / 5", .time, 18000), ("max(2, {n}, 3)", .count, 7),
            ("min({frames}, {n})", .count, 7), ("ceil({frames} / 8) - -1", .count, 14), ("sqrt(16)", .count, 4),
            ("round(2.5) + floor({a.b})", .count, 6), ("2 * (3 + 4) * {n}", .count, 98), ("{text}", .count, 5),
        ] as [(String, Arithmetic.Kind, Double)]) func expressions(text: String, kind: Arithmetic.Kind, value: Double)
        throws
    {
        let values: [JSON.Member] = [
            .init("frames", 100), .init("n", 7), .init("a.b", .double(3.9)), .init("text", "5"), .init("word", "x"),
        ]
        #expect(try Arithmetic(text, kind: kind).value(of: values) == value)
    }

    @Test(
        arguments: [
            ("12X", .size, "'X' is no unit here; there are the units K, M, G, T"), ("3m", .count, "there are no units"),
            ("2 +", .count, "a number is missing at the end"), ("(2", .count, "a ')' is missing"),
            ("{n", .count, "a '}' is missing"),
            ("2 3", .count, "'3' is not understood"), ("exp(2)", .count, "'exp' is not known"),
            ("ceil(1, 2)", .count, "takes one value"),
            (String(repeating: "(", count: 99), .count, "nested too deep"),
            (String(repeating: "-", count: 99), .count, "nested too deep"),
            ("", .count, "a number is missing"), ("*", .count, "expected a number at '*'"),
        ] as [(String, Arithmetic.Kind, String)]) func mistakes(text: String, kind: Arithmetic.Kind, words: String)
    {
        #expect {
            try Arithmetic(text, kind: kind)
        } throws: { error in
            (error as? Arithmetic.Mistake)?.message.contains(words) ?? false
        }
    }

    @Test(arguments: ["{none}", "{word} * 2", "1 / 0", "sqrt(-1)"]) func whatHasNoValue(text: String) throws {
        #expect(try Arithmetic(text, kind: .count).value(of: [.init("word", "x")]) == nil)
    }

    private func size(_ gigabytes: Int64, cpus: Int = 1) -> Resources {
        Resources(cpus: cpus, memory: ByteCount(gigabytes << 30), time: nil)
    }

    @Test func sizesFallIntoTheClassesThatWasteLeast() {
        let (classes, owner) = ResourceClasses.assign(
            [size(1): 100, size(2): 100, size(10): 5, size(11): 5, size(100): 1], most: 3)
        #expect(classes.map { $0.memory?.bytes }.map { ($0 ?? 0) >> 30 } == [2, 11, 100])
        #expect(owner[size(1)] == 0 && owner[size(10)] == 1 && owner[size(100)] == 2)
        #expect(ResourceClasses.assign([size(1): 1, size(2): 1], most: 4).classes.count == 2)
        #expect(ResourceClasses.assign([size(1): 1, size(2): 1], most: 1).classes == [size(2)])
        #expect(ResourceClasses.assign([:], most: 4).classes.isEmpty)
        let many = Dictionary(uniqueKeysWithValues: (1...5000).map { (size(Int64($0)), 1) })
        let (few, owners) = ResourceClasses.assign(many, most: 4)
        #expect(few.count == 4)
        #expect(many.keys.allSatisfy { few[owners[$0] ?? 0].holds($0) })
    }

    private func plan(_ sizes: [Resources], packing: Packing = .auto, limit: Int = 1000) -> Plan {
        var input = PlanInput(
            sweep: "s", cluster: "c", scenes: [Scene(name: "a", path: "/a"), Scene(name: "b", path: "/b")],
            points: sizes.indices.map { Point(values: [.init("n", .int(Int64($0)))]) },
            stages: [StageSpec(name: "run", command: .shell("x"))], outputRoot: "/o", resources: Resources(),
            packing: packing,
            capacity: Capacity(cpus: 8, gpus: 0, timeLimit: nil, maxArraySize: limit, isLocal: false))
        input.sizes = sizes
        input.mostClasses = 2
        return Planner.plan(input)
    }

    @Test func eachClassHasArraysOfItsOwn() throws {
        let plan = plan([size(1), size(8, cpus: 4), size(1), size(2)], packing: .element, limit: 3)
        #expect(plan.sizes.map(\.jobs) == [6, 2] && plan.sizes.map(\.elements) == [6, 2])
        #expect(plan.sizes.map(\.element) == [size(2), size(8, cpus: 4)])
        #expect(plan.arrays.map(\.offset) == [0, 3, 6] && plan.arrays.map(\.count) == [3, 3, 2])
        #expect(plan.blocks.count == 8 && Set(plan.blocks.map(\.id)).count == 8)
        for block in plan.blocks {
            for job in block.jobs { #expect(plan.sizes[block.size].resources.holds(plan.resources(ofJob: job))) }
        }
        let run = plan.runPlan(run: "r")
        #expect(RunPlan(json: run.json) == run)
        #expect(run.parts.map(\.size) == [0, 0, 1] && run.blocksPerAgent == 1)
        #expect(run.size(round: 0, part: 2) == 1 && run.size(round: 1, part: 1) == 1)
    }

    @Test func whatIsLeftBehindKeepsItsClass() throws {
        let plan = plan([size(1), size(8), size(1), size(1)], packing: .element)
        let run = plan.runPlan(run: "r")
        let situation = Steward.Situation(state: RunState(), plan: run, rows: [], blocks: plan.blocks)
        let handouts = try [1, 2, 7].map { job in
            Handout(again: job, of: try #require(plan.blocks.first { $0.jobs.contains(job) }), in: run)
        }
        let fresh = try #require(Steward.generation(handouts, in: situation)).blocks
        #expect(fresh.map(\.size) == [0, 0, 1] && fresh.map(\.jobs) == [[1], [7], [2]])
        #expect(Set(fresh.map(\.id)).count == 3 && fresh.allSatisfy { $0.generation == 1 })
        #expect(Steward.elements(for: fresh, plan: run).map(\.elements) == [2, 1])
    }

    @Test func plansOfEarlierVersionsAreRead() throws {
        let old = try JSON(
            parsing:
                #"{"schema":1,"run":"r","stages":[],"resources":{"gpus":1,"cpus":2},"slots":3,"jobs":4,"output_root":"/o","arrays":[5,6]}"#
        )
        let plan = try #require(RunPlan(json: old))
        #expect(plan.classes == [SizeClass(resources: Resources(gpus: 1, cpus: 2), slots: 3, arrays: [5, 6])])
    }
}

@Suite struct PackingTests {
    private func input(_ jobs: Int, time: Int64?, expected: Int64? = nil, limit: Int64? = nil) -> PlanInput {
        var input = PlanInput(
            sweep: "s", cluster: "c", scenes: (0..<jobs).map { Scene(name: "\($0)", path: "/\($0)") },
            stages: [StageSpec(name: "run", command: .shell("x"))], outputRoot: "/o",
            resources: Resources(time: time.map { WallTime(seconds: $0) }), packing: .auto,
            capacity: Capacity(
                cpus: 8, gpus: 0, timeLimit: limit.map { WallTime(seconds: $0) }, maxArraySize: 1001, isLocal: false))
        input.expectedTime = expected.map { WallTime(seconds: $0) }
        return input
    }

    @Test(arguments: [(2500, 60), (100, 600), (1000, 7200), (50_000, 900), (3, 10), (20_000, 3600)] as [(Int, Int64)])
    func elementsLastFromOneToFourHours(jobs: Int, time: Int64) {
        let plan = Planner.plan(input(jobs, time: time))
        let each = Double(jobs) * Double(time) / Double(plan.elements)
        #expect(plan.elements <= Planner.mostElements)
        // A job longer than an hour is an element by itself; a sweep of less than an hour is one element; and of more than a
        // thousand elements' worth each has more.
        let total = Int64(jobs) * time
        if time <= 3600, total >= 3600, total <= 4 * 3600 * 1000 {
            #expect(each >= 3600 * 0.99 && each <= 4 * 3600 * 1.01, "\(plan.elements) elements of \(each) s")
        }
        #expect((plan.sizes[0].element.time?.seconds ?? 0) >= time)
    }

    @Test func noElementHasMoreThanFitsTheLimit() {
        let plan = Planner.plan(input(240, time: 600, limit: 1800))
        #expect(plan.elements >= 80 && plan.sizes[0].element.time == WallTime(seconds: 1800))
    }

    @Test func aGPUMayBeShared() {
        var input = input(20, time: nil)
        input.packing = .node
        input.capacity = Capacity(cpus: 32, gpus: 4, timeLimit: nil, maxArraySize: 100, isLocal: false)
        input.resources = Resources(gpus: 1, sharing: 3, cpus: 2)
        let size = Planner.plan(input).sizes[0]
        #expect(size.slots == 12 && size.element.gpus == 4 && size.element.cpus == 24)
        input.scenes = Array(input.scenes.prefix(4))
        #expect(Planner.plan(input).sizes[0].element.gpus == 2, "four jobs, three to a GPU")
        #expect(Resources(json: input.resources.json) == input.resources)
        let seen = (0..<4).map { GPUShare.share(slot: $0, perJob: 1, sharing: 3, tokens: ["a", "b"]) }
        #expect(seen == ["a", "a", "a", "b"])
        #expect(GPUShare.slots(wanted: 9, perJob: 1, sharing: 3, tokens: ["a", "b"]) == 6)
    }

    @Test func whatEarlierRunsTookStandsInForATime() {
        #expect(Planner.plan(input(100, time: nil, expected: 36)).elements == 1)
        #expect(Planner.plan(input(100, time: nil, expected: 3600)).elements == 100)
        #expect(Planner.plan(input(100, time: nil)).sizes[0].element.time == nil)
        #expect(Planner.plan(input(100, time: nil, expected: 36)).sizes[0].element.time == WallTime(seconds: 7260))
    }
}
