import MusterCore
import MusterHistory
import Testing

/// Two runs beside each other.
@Suite struct ComparisonTests {
    @Test func jobsAreTheSameWhereSceneAndParametersAre() throws {
        let folder = StateFolder()
        let history = try folder.history()
        func fill(_ run: String, scenes: [String], rate: Double, outcome: Outcome, source: Int, stage: StageSpec) throws
        {
            var plan = plan(run, jobs: scenes.count)
            plan.stages = [stage]
            let jobs = scenes.enumerated().map { index, scene in
                row(index, scene: scene, values: [JSON.Member("x", .double(rate))])
            }
            try history.registerRun(plan, jobs: jobs, registration())
            let teller = Teller(source)
            let key = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
            let ending = Ending(outcome: outcome, duration: Int64(source) * 1_000_000, peakRSS: 5)
            try history.append([
                Event(
                    run: run, source: teller.source, sequence: 1, time: Timestamp(seconds: 1), monotonic: 0,
                    body: .jobEnded(key, ending, superseded: false))
            ])
        }
        func stage(_ parameters: [JSON.Member]) -> StageSpec {
            StageSpec(name: "s", command: .argv(["true"]), parameters: parameters)
        }
        try fill("one", scenes: ["a", "b"], rate: 1, outcome: .succeeded, source: 1, stage: stage([.init("k", 1)]))
        try fill("two", scenes: ["a", "c"], rate: 1, outcome: .succeeded, source: 3, stage: stage([.init("k", 2)]))
        try fill("bad", scenes: ["a", "b"], rate: 1, outcome: .failed, source: 2, stage: stage([.init("k", 1)]))
        let grown = try history.compare("one", "two")
        #expect(grown.changes.map(\.path) == ["stages.s.parameters.k"])
        #expect(grown.changes.first?.before == 1 && grown.changes.first?.after == 2)
        #expect(grown.onlyFirst == ["b"] && grown.onlySecond == ["c"] && grown.pairs.map(\.id) == ["a"])
        #expect(grown.durationRatio == 3 && grown.differing.isEmpty)
        let failed = try history.compare("one", "bad")
        #expect(failed.changes.isEmpty && failed.durationRatio == nil)
        #expect(failed.differing.map(\.standings) == [[.ended(.succeeded), .ended(.failed)]])
        #expect(failed.json["jobs"]?.array?.first?["duration_s"] == .array([.double(1), .double(2)]))
    }

    @Test func differencesHavePlaces() throws {
        let before = try JSON(parsing: #"{"a":1,"b":{"c":[1,2]},"s":[{"name":"x","k":1},{"name":"y"}],"gone":null}"#)
        let after = try JSON(parsing: #"{"a":1,"b":{"c":[1]},"s":[{"name":"y"},{"name":"x","k":2}],"new":true}"#)
        let found = JSONDifference.between(before, after)
        #expect(found.map(\.path) == ["b.c", "s.x.k", "gone", "new"])
        #expect(found[2].before == .null && found[2].after == nil)
        #expect(JSONDifference.between(before, before).isEmpty)
    }
}
