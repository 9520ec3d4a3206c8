import MusterCore
import Testing

private let stages = [
    StageSpec(name: "a", command: .shell("a"), produces: ["x"]),
    StageSpec(name: "b", command: .shell("b {point.n}"), requires: ["x"], produces: ["y"]),
    StageSpec(name: "c", command: .shell("c {point.m}"), requires: ["y"], produces: ["z"]),
    StageSpec(name: "d", command: .shell("d"), requires: ["x"], produces: ["w"]),
]

private func input(_ stages: [StageSpec] = stages, local: Bool = true, scenes: Int = 2) -> PlanInput {
    let points = [1, 2].flatMap { n in
        [1, 2, 3].map { m in
            Point(id: "n\(n)m\(m)", values: [.init("n", .int(Int64(n))), .init("m", .int(Int64(m)))])
        }
    }
    return PlanInput(
        sweep: "s", cluster: "c", scenes: (0..<scenes).map { Scene(name: "s\($0)", path: "/d/s\($0)") },
        points: points, stages: stages, outputRoot: "/out", resources: Resources(time: WallTime(seconds: 600)),
        packing: .auto,
        capacity: Capacity(
            cpus: 4, gpus: 0, timeLimit: WallTime(seconds: 86_400), maxArraySize: 1001, isLocal: local))
}

@Suite struct BuildPlanTests {
    @Test func aProductIsMadeOnceForAllPointsThatAgreeAndNothingBehindIt() {
        let plan = Planner.build([1], of: input())
        #expect(plan.jobs.isEmpty)
        let made = plan.rows.filter { !$0.from.isEmpty }
        // b once for each n and scene, a once for each scene.
        #expect(made.count == 4 && plan.rows.count == 6)
        #expect(made.allSatisfy { $0.stages == [0, 1] && $0.uses.count == 1 && $0.point.values.map(\.key) == ["n"] })
        #expect(made[0].from == ["/out/n1m1/s0", "/out/n1m2/s0", "/out/n1m3/s0"])
        #expect(plan.rows.map(\.index) == Array(0..<6))
        #expect(Set(plan.rows.map(\.id)).count == 6)
        for row in made { for use in row.uses { #expect(plan.rows[use].scene == row.scene) } }
        #expect(plan.blocks.flatMap(\.jobs).sorted() == Array(0..<6))
    }

    @Test func itsKeysAreThoseOfTheSweepsOwnRuns() {
        // Without d, which the sweep runs together with a.
        let input = input(Array(stages.prefix(3)))
        let sweep = Planner.plan(input)
        let build = Planner.build([1], of: input)
        // The sweep shares b's runs too: the same place, the same key.
        let shared = Dictionary(uniqueKeysWithValues: sweep.sharedRuns.map { ($0.output, $0.key) })
        for row in build.rows { #expect(shared[row.output] == row.key) }
        let identity = StageIdentity(input.stages)
        let wanted = Set(sweep.jobs.map { identity.keys(scene: $0.scene, point: $0.point)[1] })
        let made = build.rows.filter { !$0.from.isEmpty }
        #expect(Set(made.map { identity.keys(scene: $0.scene, point: $0.point)[1] }) == wanted)
    }

    @Test func severalProductsShareWhatTheyAreMadeOf() {
        let plan = Planner.build([1, 3, 0], of: input(scenes: 1))
        let made = plan.rows.filter { !$0.from.isEmpty }
        // x is made with the others, so it has no row of its own; d is the same at all points.
        #expect(made.compactMap { $0.stages?.last } == [1, 1, 3])
        #expect(plan.sharedRuns.filter(\.from.isEmpty).map(\.stages) == [[0]])
        #expect(made.allSatisfy { $0.uses == [3] })
    }

    @Test func whatIsThereIsLeftOutAndWithItWhatOnlyItNeeds() {
        let all = Planner.build([1], of: input())
        let done = Set(all.rows.filter { !$0.from.isEmpty && $0.scene.name == "s0" }.map(\.key))
        let rest = Planner.build([1], of: input(), except: done)
        #expect(Set(rest.rows.map(\.scene.name)) == ["s1"])
        #expect(rest.rows.map(\.index) == Array(0..<3))
        #expect(Planner.build([1], of: input(), except: Set(all.rows.map(\.key))).rows.isEmpty)
    }

    @Test func aStageThatNamesItsJobIsMadeForEachUnderItsName() {
        var own = stages
        own[1] = StageSpec(name: "b", command: .shell("b {job.id}"), requires: ["x"], produces: ["y"])
        let plan = Planner.build([1], of: input(own))
        let made = plan.rows.filter { !$0.from.isEmpty }
        #expect(made.count == 12)
        #expect(made[0].id == "n1m1/s0" && made[0].point.id == "n1m1")
    }

    @Test func onSlurmSharedRunsHaveArraysOfTheirOwnAndSizesAreTheLargestOfTheirJobs() {
        var input = input(local: false)
        input.sizes = [1, 2, 3, 4, 5, 6].map { Resources(cpus: $0, time: WallTime(seconds: 600)) }
        let plan = Planner.build([1], of: input)
        #expect(
            plan.sizes.map(\.isShared) == [true, false, false]
                || plan.sizes.map(\.isShared) == [true, true, false, false])
        #expect(plan.sizes.filter { !$0.isShared }.map(\.resources.cpus) == [3, 6])
    }
}

@Suite struct StageProductsTests {
    @Test func aStageWithoutProductsGoesByItsOwnName() throws {
        let products = StageProducts([
            StageSpec(name: "one", command: .shell("1")), StageSpec(name: "two", command: .shell("2")),
            StageSpec(name: "three", command: .shell("3")),
        ])
        #expect(products.all == ["one", "two", "three"])
        // Each waits for all before it; only the last of them is drawn.
        #expect(products.steps.map(\.requires) == [[], ["one"], ["two"]])
        #expect(products.invalidated(by: [0]) == ["two", "three"])
    }

    @Test func anUnknownProductIsToldWithTheNearestAndAllThatThereAre() throws {
        let products = StageProducts([StageSpec(name: "m", command: .shell("m"), produces: ["masks", "table"])])
        do throws(StageProducts.Unknown) {
            _ = try products.stage(of: "mask")
            Issue.record("found")
        } catch {
            #expect(error.near == "masks" && error.known == ["masks", "table"])
        }
    }
}

@Suite struct CensusTests {
    private let plan = Planner.plan(input(scenes: 1))

    @Test func aKeyIsOneProductHoweverManyJobsShareIt() {
        let (stages, jobs, keys) = ProductCensus.invalidation(of: [1], in: [plan.jobs[0]], plan)
        #expect(stages == [1, 2])
        #expect(jobs.map(\.id) == ["n1m1/s0", "n1m2/s0", "n1m3/s0"])
        // b's key, and c's of the three jobs.
        #expect(keys.count == 4)
        #expect(ProductCensus.invalidation(of: [0], in: [plan.jobs[0]], plan).jobs.count == 6)
        #expect(ProductCensus.invalidation(of: [2], in: [plan.jobs[0]], plan).jobs.count == 1)
    }

    @Test func workCountsStageRunsOnceAndTakenOverOnesByJob() {
        let there = StageFinding(.cached), gone = StageFinding(.missing)
        let rows = plan.jobs.map { job in
            // The first job is whole; a is there for all, the rest for nobody else.
            RowFinding(
                row: job.index, isPublished: job.index == 0,
                stages: job.index == 0 ? [there, there, there, there] : [there, gone, StageFinding(.stale), gone])
        }
        let census = ProductCensus(plan, rows: rows)
        #expect(
            census.work(on: plan.jobs) == [
                .init(stage: "a", runs: 0, takenOver: 5), .init(stage: "b", runs: 2, takenOver: 0),
                .init(stage: "c", runs: 5, takenOver: 0), .init(stage: "d", runs: 1, takenOver: 0),
            ])
        #expect((0..<4).map(census.status) == [.cached, .missing, .stale, .missing])
        #expect(census.counts(of: 2, in: plan.jobs) == [.cached: 1, .stale: 5])
    }

    @Test func findingsComeBackFromTheirLine() throws {
        let maker = StageFinding.Maker(
            folder: "/f", run: "r", job: "j", element: "e", node: "n", finished: Timestamp(microseconds: 5),
            duration: 7,
            values: [.init("n", 1)], requires: [.init("a", "k")], files: 2, bytes: 3)
        let row = RowFinding(
            row: 3, isPublished: true, stages: [StageFinding(.onDisk, maker: maker), StageFinding(.stale, reason: "r")])
        #expect(RowFinding(json: try JSON(parsing: row.json.line)) == row)
    }
}
