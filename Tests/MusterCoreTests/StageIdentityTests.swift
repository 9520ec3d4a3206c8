import MusterCore
import Testing

@Suite struct StageIdentityTests {
    private func stage(
        _ name: String, _ command: String, _ requires: [String] = [], _ produces: [String] = [],
        identity: [String]? = nil
    ) -> StageSpec {
        var stage = StageSpec(name: name, command: .shell(command), requires: requires, produces: produces)
        stage.identity = identity
        return stage
    }

    private func point(_ values: [(String, JSON)], id: String = "p") -> Point {
        Point(id: id, values: values.map { JSON.Member($0.0, $0.1) })
    }

    private let scene = Scene(name: "s", path: "/data/s")

    @Test func aValueBelongsToTheStageItNamesToThoseThatNameItOrToAll() {
        let identity = StageIdentity([
            stage("a", "run {point.lr}", [], ["x"]), stage("b", "run {scene.path}", ["x"], ["y"]),
            stage("c", "run", ["y"], ["z"], identity: ["seed", "c.k"]),
        ])
        let here = point([("lr", 1), ("b.size", 2), ("seed", 3), ("c.k", 4), ("free", 5)])
        #expect(identity.values(of: 0, at: here).map(\.key) == ["lr", "seed", "free"])
        #expect(identity.values(of: 1, at: here).map(\.key) == ["b.size", "seed", "free"])
        #expect(identity.values(of: 2, at: here).map(\.key) == ["seed", "c.k"])
    }

    @Test func keysFollowWhatMakesTheProducts() {
        let stages = [stage("a", "run {point.lr}", [], ["x"]), stage("b", "run {point.n}", ["x"], ["y"])]
        let identity = StageIdentity(stages)
        let base = identity.keys(scene: scene, point: point([("lr", 1), ("n", 1)]))
        let other = identity.keys(scene: scene, point: point([("lr", 1), ("n", 2)], id: "q"))
        #expect(base[0] == other[0])
        #expect(base[1] != other[1])
        let upstream = identity.keys(scene: scene, point: point([("lr", 2), ("n", 1)]))
        #expect(upstream[0] != base[0] && upstream[1] != base[1])
        // 1 and 1.0 are one value.
        #expect(identity.keys(scene: scene, point: point([("lr", .double(1.0)), ("n", 1)])) == base)
        #expect(
            identity.keys(scene: Scene(name: "t", path: "/data/t"), point: point([("lr", 1), ("n", 1)]))[0] != base[0])
        var changed = stages
        changed[0].program = "abc"
        let after = StageIdentity(changed).keys(scene: scene, point: point([("lr", 1), ("n", 1)]))
        #expect(after[0] != base[0] && after[1] != base[1])
        changed[0].program = nil
        changed[0].progress = ProgressPattern("{done}/{total}")
        changed[0].nodes = 2
        #expect(StageIdentity(changed).keys(scene: scene, point: point([("lr", 1), ("n", 1)])) == base)
    }

    @Test func aCommandThatNamesItsJobIsNobodyElses() {
        let identity = StageIdentity([stage("a", "run {job.id}", [], ["x"])])
        #expect(
            identity.keys(scene: scene, point: point([], id: "p"))
                != identity.keys(scene: scene, point: point([], id: "q")))
    }

    @Test(arguments: [
        (["a>x", "b:x>y", "c:y>z"], [[], [0], [1]]),
        (["a>x", "b>y", "c:x,y>z"], [[], [], [0, 1]]),
        // A stage that says nothing stands between all before and all behind.
        (["a>x", "b", "c>z", "d:x,z>w"], [[], [0], [1], [0, 1, 2]]),
        (["a", "b", "c"], [[], [0], [0, 1]]),
    ]) func stagesWaitForWhatTheyRequire(stages: [String], needs: [[Int]]) {
        let graph = StageGraph(stages.map(Self.parse))
        #expect(graph.closure(of: [stages.count - 1]).count >= 1)
        for (index, need) in needs.enumerated() {
            #expect(Set(graph.closure(of: [index])).subtracting([index]).isSuperset(of: need), "\(stages[index])")
            #expect(graph.needs[index].allSatisfy { $0 < index })
        }
        #expect(graph.ready(Array(stages.indices), done: []).allSatisfy { graph.needs[$0].isEmpty })
    }

    private static func parse(_ text: String) -> StageSpec {
        let sides = text.split(separator: ">", omittingEmptySubsequences: false)
        let left = sides[0].split(separator: ":")
        return StageSpec(
            name: String(left[0]), command: .shell("run"),
            requires: left.count > 1 ? left[1].split(separator: ",").map(String.init) : [],
            produces: sides.count > 1 ? sides[1].split(separator: ",").map(String.init) : [])
    }
}

@Suite struct SharedRunTests {
    private func plan(_ stages: [StageSpec], points: [Point], scenes: Int = 2, local: Bool = true) -> Plan {
        Planner.plan(
            PlanInput(
                sweep: "s", cluster: "c", scenes: (0..<scenes).map { Scene(name: "s\($0)", path: "/d/s\($0)") },
                points: points, stages: stages, outputRoot: "/out", resources: Resources(time: WallTime(seconds: 600)),
                packing: .auto,
                capacity: Capacity(
                    cpus: 4, gpus: 0, timeLimit: WallTime(seconds: 86_400), maxArraySize: 1001, isLocal: local)))
    }

    private func points(_ lists: [(String, [Int64])]) -> [Point] {
        var out = [Point(id: "", values: [])]
        for (name, values) in lists {
            out = out.flatMap { point in
                values.map { Point(id: "\(point.id)\(name)\($0)", values: point.values + [.init(name, .int($0))]) }
            }
        }
        return out
    }

    private let stages = [
        StageSpec(name: "a", command: .shell("a"), produces: ["x"]),
        StageSpec(name: "b", command: .shell("b {point.n}"), requires: ["x"], produces: ["y"]),
        StageSpec(name: "c", command: .shell("c {point.m}"), requires: ["y"], produces: ["z"]),
    ]

    @Test func stagesWithOneKeyRunOnceForEachScene() {
        let plan = plan(stages, points: points([("n", [1, 2]), ("m", [1, 2, 3])]))
        #expect(plan.jobs.count == 12)
        // For each scene: a once for all six points, b once for each n.
        #expect(plan.sharedRuns.count == 2 * 3)
        #expect(plan.savedRuns == 2 * (5 + 2 * 2))
        #expect(plan.sharedRuns.map(\.index) == Array(12..<18))
        let first = plan.sharedRuns[0]
        #expect(first.id == "shared/a/s0" && first.stages == [0] && first.uses.isEmpty && first.point.values.isEmpty)
        let second = plan.sharedRuns[2]
        #expect(second.id.hasPrefix("shared/b/s0/") && second.stages == [1] && second.uses == [12])
        #expect(second.point.values == [.init("n", 1)])
        #expect(plan.jobs[0].uses == [12, 14])
        #expect(plan.jobs[1].uses == [13, 15])
        // What a stage run makes is what the jobs ask for.
        let identity = StageIdentity(stages)
        for job in plan.jobs {
            let keys = identity.keys(scene: job.scene, point: job.point)
            for use in job.uses {
                let row = plan.rows[use]
                for stage in row.stages ?? [] {
                    #expect(identity.keys(scene: row.scene, point: row.point)[stage] == keys[stage])
                }
            }
        }
    }

    @Test(arguments: [true, false]) func noBlockWaitsForItself(local: Bool) {
        for scenes in [1, 3] {
            let plan = plan(stages, points: points([("n", [1, 2]), ("m", [1, 2, 3])]), scenes: scenes, local: local)
            for block in plan.blocks {
                for job in block.jobs { #expect(Set(plan.rows[job].uses).isDisjoint(with: block.jobs)) }
            }
            #expect(plan.blocks.flatMap(\.jobs).sorted() == Array(plan.rows.indices))
        }
    }

    @Test func stagesSharedByTheSamePointsAreOneRow() {
        let plan = plan(stages, points: points([("m", [1, 2])]))
        #expect(plan.sharedRuns.map(\.stages) == [[0, 1], [0, 1]])
        #expect(plan.sharedRuns[0].id == "shared/a+b/s0")
    }

    @Test func sharedRunsComeFirstAndOnSlurmHaveArraysOfTheirOwn() {
        let local = plan(stages, points: points([("m", [1, 2])]))
        #expect(local.sizes.count == 1)
        #expect(local.blocks.first?.jobs.allSatisfy { $0 >= local.jobs.count } == true)
        let slurm = plan(stages, points: points([("m", [1, 2])]), local: false)
        #expect(slurm.sizes.map(\.isShared) == [true, false])
        #expect(slurm.runPlan(run: "r").rowCount == 6)
        #expect(Set(slurm.blocks.flatMap(\.jobs)) == Set(0..<6))
        #expect(slurm.blocks.filter { $0.size == 0 }.flatMap(\.jobs).sorted() == [4, 5])
        let read = RunPlan(json: slurm.runPlan(run: "r").json)
        #expect(read == slurm.runPlan(run: "r"))
    }

    @Test func nothingIsSharedWhereNobodyWants() {
        var stages = stages
        stages[0].sharing = .never
        stages[1].sharing = .never
        #expect(plan(stages, points: points([("m", [1, 2])])).sharedRuns.isEmpty)
        #expect(plan(self.stages, points: [.only]).sharedRuns.isEmpty)
        // A stage in between that is not shared is run by the shared run behind it for itself.
        stages[1].sharing = .link
        let mixed = plan(stages, points: points([("m", [1, 2])]))
        #expect(mixed.sharedRuns.first?.stages == [0, 1])
    }

    @Test func rowsSurviveTheTable() {
        for row in plan(stages, points: points([("n", [1, 2]), ("m", [1, 2])])).rows {
            #expect(JobRow(json: row.json) == row)
        }
    }
}
