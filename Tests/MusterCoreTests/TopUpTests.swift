import MusterCore
import Testing

@Suite struct TopUpTests {
    private let plan = RunPlan(
        run: "r", sweep: "s", cluster: "c", fingerprint: "", stages: [],
        classes: [
            SizeClass(resources: Resources(), slots: 1, arrays: [10, 10, 5]),
            SizeClass(resources: Resources(cpus: 4), slots: 1, arrays: [3]),
        ], jobCount: 28, outputRoot: "/o", blocksPerAgent: 1)

    /// Facts of one source, a second apart.
    private struct Source {
        let name: String
        var sequence: Int64 = 0
        init(_ name: String) { self.name = name }
        mutating func fact(_ body: EventBody) -> Event {
            sequence += 1
            return Event(
                run: "r", source: name, sequence: sequence, time: Timestamp(seconds: 1_800_000_000 + sequence),
                monotonic: sequence, body: body)
        }
    }

    private func state(submitted: [Int], begun: Int = 0, gone: Int = 0) -> RunState {
        var state = RunState()
        var facts = Source("client")
        for part in submitted {
            let token = SubmissionToken.make(run: "r", round: 0, part: part)
            state.apply(facts.fact(.submitting(token: token, elements: plan.parts[part].elements)))
            state.apply(facts.fact(.submitted(token: token, schedulerID: "\(100 + part)")))
        }
        for index in 0..<begun {
            var agent = Source("agent\(index)")
            let element = "100_\(index)"
            let started = EventBody.agentStarted(
                node: "n", lane: "n.0", element: element, restart: 0, slots: 1, details: .null)
            let key = AttemptKey(job: index, generation: 0, element: element, restart: 0)
            state.apply(agent.fact(started))
            state.apply(agent.fact(.jobStarted(key, node: "n", slot: 0, folder: "/f")))
            if index < gone { state.apply(agent.fact(.agentEnded(reason: "done"))) }
        }
        return state
    }

    @Test func arraysGoOutAsFarAsTheLimitAllows() {
        #expect(Steward.partsToSubmit(RunState(), plan: plan, limit: nil) == [0, 1, 2, 3])
        #expect(Steward.partsToSubmit(RunState(), plan: plan, limit: 15) == [0])
        #expect(Steward.partsToSubmit(RunState(), plan: plan, limit: 20) == [0, 1])
        #expect(Steward.partsToSubmit(state(submitted: [0]), plan: plan, limit: 15) == [])
        #expect(Steward.partsToSubmit(state(submitted: [0], begun: 10, gone: 4), plan: plan, limit: 15) == [])
        #expect(Steward.partsToSubmit(state(submitted: [0], begun: 10, gone: 5), plan: plan, limit: 15) == [1])
        #expect(Steward.partsToSubmit(state(submitted: [0], begun: 10, gone: 10), plan: plan, limit: 15) == [1, 2])
        #expect(state(submitted: [0, 1], begun: 10, gone: 3).elementsAtWork == 17)
    }

    @Test func nothingMoreIsAskedForWhenEveryJobHasBegun() {
        #expect(Steward.partsToSubmit(state(submitted: [0], begun: 28, gone: 28), plan: plan, limit: nil) == [])
        #expect(Steward.jobsNotBegun(state(submitted: [0], begun: 3), plan: plan) == 25)
    }
}
