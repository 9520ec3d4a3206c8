import Testing

@testable import MusterCore

@Suite struct StewardTests {
    private static let run = "r"

    private func state(_ bodies: [EventBody]) -> RunState {
        var state = RunState()
        for (number, body) in bodies.enumerated() {
            state.apply(
                Event(
                    run: Self.run, source: String(repeating: "a", count: 32), sequence: Int64(number) + 1,
                    time: Timestamp(microseconds: Int64(number) * 1000), monotonic: Int64(number), body: body))
        }
        return state
    }

    private func key(_ job: Int, _ element: String, generation: Int = 0) -> AttemptKey {
        AttemptKey(job: job, generation: generation, element: element, restart: 0)
    }

    private func submitted(_ round: Int, id: String) -> [EventBody] {
        let token = SubmissionToken.make(run: Self.run, round: round, part: 0)
        return [.submitting(token: token, elements: 2), .submitted(token: token, schedulerID: id)]
    }

    private func ended(_ element: String) -> EventBody {
        .scheduler(element: element, restart: 0, state: "FAILED", exit: "0:9", ended: true)
    }

    private func started(_ key: AttemptKey) -> EventBody { .jobStarted(key, node: "n", slot: 0, folder: "/f") }

    private func finished(_ key: AttemptKey, _ outcome: Outcome = .succeeded) -> EventBody {
        .jobEnded(key, Ending(outcome: outcome), superseded: false)
    }

    private let blocks = [
        Block(id: "g0-00000", generation: 0, jobs: [0, 1]), Block(id: "g0-00001", generation: 0, jobs: [2, 3]),
    ]

    private let plan = RunPlan(
        run: Self.run, sweep: "s", cluster: "c", fingerprint: "", stages: [], resources: Resources(), slots: 1,
        jobCount: 4, outputRoot: "/o")

    private func situation(
        _ bodies: [EventBody], blocks: [Block]? = nil, holders: [String: String], isLive: Bool = true
    ) -> Steward.Situation {
        let state = state(bodies)
        return Steward.Situation(
            state: state, plan: plan, rows: (0..<4).map { Steward.Row(index: $0) }, blocks: blocks ?? self.blocks,
            holders: holders, ended: state.endedElements, isLive: isLive)
    }

    private func decide(
        _ bodies: [EventBody], blocks: [Block]? = nil, holders: [String: String], isLive: Bool
    ) -> Steward.Decision {
        Steward.decide(situation(bodies, blocks: blocks, holders: holders, isLive: isLive))
    }

    private func isOpen(_ job: Int, _ bodies: [EventBody], blocks: [Block]? = nil, holders: [String: String] = [:])
        -> Bool
    {
        Steward.isOpen(Steward.Row(index: job), in: situation(bodies, blocks: blocks, holders: holders))
    }

    @Test func jobsOfAnEndedElementAreLeftOverWhileOthersRun() {
        let decision = decide(
            submitted(0, id: "7") + [
                started(key(0, "7_0")), finished(key(0, "7_0")), started(key(1, "7_0")), started(key(2, "7_1")),
                ended("7_0"),
            ], holders: ["g0-00000": "7_0", "g0-00001": "7_1"], isLive: true)
        #expect(decision.handouts.map(\.job) == [1])
        #expect(!decision.needsElements)
    }

    @Test func withoutAnybodyAliveElementsAreWanted() {
        let events = submitted(0, id: "7") + [started(key(0, "7_0")), ended("7_0"), ended("7_1")]
        let decision = decide(events, holders: ["g0-00000": "7_0"], isLive: false)
        #expect(decision.handouts.map(\.job) == [0, 1])
        #expect(decision.needsElements)
        // Handed out already, and nobody has drawn it yet: only elements are missing.
        let later = decide(
            events, blocks: blocks + [Block(id: "g1-00000", generation: 1, jobs: [0, 1])],
            holders: ["g0-00000": "7_0"], isLive: false)
        #expect(later.handouts.isEmpty)
        #expect(later.needsElements)
    }

    @Test func aJobIsNotLostForever() {
        var bodies = submitted(0, id: "7")
        for (generation, element) in ["7_0", "8_0", "9_0"].enumerated() {
            bodies += [started(key(0, element, generation: generation)), ended(element)]
            #expect(isOpen(0, bodies) == (generation < 2))
        }
        #expect(isOpen(1, bodies))
    }

    @Test func elementsThatBeginNothingAreNotSubmittedAgainAndAgain() throws {
        var bodies = submitted(0, id: "7") + [ended("7_0"), ended("7_1")]
        #expect(decide(bodies, holders: [:], isLive: false).needsElements)
        bodies += submitted(1, id: "8") + [ended("8_0")]
        let decision = decide(bodies, holders: [:], isLive: false)
        #expect(!decision.needsElements)
        #expect(try #require(decision.givenUp).contains("2 submissions"))
        bodies += submitted(2, id: "9") + [started(key(3, "9_0"))]
        #expect(decide(bodies, holders: [:], isLive: false).needsElements)
    }

    @Test func anEndThatTheSchedulerAskedForIsOpenUntilTheElementIsOver() {
        let stopped = submitted(0, id: "7") + [started(key(0, "7_0")), finished(key(0, "7_0"), .cancelled)]
        #expect(isOpen(0, stopped))
        #expect(!isOpen(0, stopped + [ended("7_0")]))
        #expect(!isOpen(0, stopped + [.cancelRequested(jobs: [])]))
        #expect(decide(stopped + [.cancelRequested(jobs: [])], holders: [:], isLive: false) == Steward.Decision())
    }

    @Test(arguments: [("muster.a-b.g12.a0", 12 as Int?), ("muster.a.g0.a3", 0), ("other", nil), ("x.y", nil)])
    func aTokenNamesItsRound(token: String, round: Int?) {
        #expect(SubmissionToken.round(of: token) == round)
        #expect(SubmissionToken.round(of: SubmissionToken.make(run: "q.v", round: 5, part: 1)) == 5)
    }
}
