import MusterCore
import Testing

@Suite struct PlannerTests {
    private func input(
        scenes: Int, factors: [Factor] = [], packing: Packing = .auto, time: Int64? = nil, limit: Int64? = nil,
        local: Bool = false, arraySize: Int = 1001
    ) throws -> PlanInput {
        PlanInput(
            sweep: "s", cluster: "c", scenes: (0..<scenes).map { Scene(name: "scene_\($0)", path: "/d/scene_\($0)") },
            points: try SweepShape(factors).points(),
            stages: [StageSpec(name: "run", command: .argv(["true", "{scene.path}"]))],
            outputRoot: "/out", resources: Resources(cpus: 2, time: time.map { WallTime(seconds: $0) }),
            packing: packing,
            capacity: Capacity(
                cpus: 8, gpus: 0, timeLimit: limit.map { WallTime(seconds: $0) }, maxArraySize: arraySize,
                isLocal: local))
    }

    @Test func expandsScenesTimesPointsWithPointsAsALevelAboveScenes() throws {
        let plan = Planner.plan(
            try input(scenes: 3, factors: [Factor("sigma", [2, 3]), Factor("mode", ["a", "b"])]))
        #expect(plan.jobs.count == 12)
        #expect(plan.jobs[0].id == "sigma-2_mode-a/scene_0")
        #expect(plan.jobs[11].output == "/out/sigma-3_mode-b/scene_2")
        #expect(Set(plan.jobs.map(\.id)).count == 12)
    }

    @Test func aValueAddedToAnAxisLeavesOtherIdsAndKeysAlone() throws {
        let few = Planner.plan(try input(scenes: 2, factors: [Factor("sigma", [2, 3])]))
        let more = Planner.plan(try input(scenes: 2, factors: [Factor("sigma", [1, 2, 3])]))
        let keys = Dictionary(uniqueKeysWithValues: more.jobs.map { ($0.id, $0.key) })
        for job in few.jobs { #expect(keys[job.id] == job.key) }
        #expect(few.fingerprint != more.fingerprint)
    }

    @Test func everyJobIsInExactlyOneBlock() throws {
        for count in [1, 2, 7, 100, 1234] {
            for packing in Packing.allCases {
                let plan = Planner.plan(try input(scenes: count, packing: packing, time: 600))
                #expect(plan.blocks.flatMap(\.jobs).sorted() == Array(0..<count))
                #expect(Set(plan.blocks.map(\.id)).count == plan.blocks.count)
            }
        }
    }

    @Test func arraysAreCutAtMaxArraySizeWithAnOffset() throws {
        let plan = Planner.plan(try input(scenes: 2500, packing: .element, arraySize: 1001))
        #expect(plan.arrays.map(\.offset) == [0, 1001, 2002])
        #expect(plan.arrays.map(\.count) == [1001, 1001, 498])
    }

    @Test func elementsOfAutoLastAnHourOrMoreAndFitTheLimit() throws {
        let plan = Planner.plan(try input(scenes: 240, time: 600, limit: 7200))
        let elements = plan.arrays.reduce(0) { $0 + $1.count }
        #expect(elements == 40)
        #expect((plan.sizes[0].element.time?.seconds ?? 0) <= 7200)
        #expect(Planner.plan(try input(scenes: 100_000, time: 600)).arrays.reduce(0) { $0 + $1.count } == 1000)
    }

    /// Each node has an agent, so an element of two nodes does twice as much at a time.
    @Test func nodesOfAnElementShareItsJobs() throws {
        var wide = try input(scenes: 8, packing: .element, time: 600)
        wide.nodes = 2
        let plan = Planner.plan(wide)
        #expect(plan.arrays.map(\.count) == [4])
        #expect(plan.blocks.map(\.jobs.count) == Array(repeating: 1, count: 8))
        #expect(plan.sizes[0].element.time == WallTime(seconds: 600 + 150 + 60))
        wide.packing = .node
        let nodes = Planner.plan(wide)
        #expect(nodes.sizes[0].slots == 4 && nodes.arrays.map(\.count) == [1])
        #expect(nodes.blocks.map(\.jobs.count) == [4, 4], "a block for each agent")
    }

    @Test func localRunsOneElementWithAsManySlotsAsCoresAllow() throws {
        let plan = Planner.plan(try input(scenes: 9, local: true))
        #expect(plan.sizes[0].slots == 4)
        #expect(plan.arrays == [Plan.ArrayPart(offset: 0, count: 1)])
        #expect(plan.sizes[0].element.cpus == 8)
    }

    @Test(arguments: [
        ("a/b", "x-a_b-"), ("../up", "x-.._up-"), ("", "x--"), ("é", "x-_-"), ("3", "x-3-"), ("a b", "x-a_b-"),
    ]) func oddValuesGetADigestSoThatIdsStayApart(value: String, prefix: String) {
        let point = Point(values: [JSON.Member("x", .string(value))])
        #expect(point.id.hasPrefix(prefix))
        #expect(!point.id.contains("/"))
        #expect(point.id != Point(values: [JSON.Member("x", .int(3))]).id)
    }
}
