import Testing

@testable import MusterCore

@Suite struct NodeHealthTests {
    private let notFound = Ending(outcome: .failed, exitCode: 127)
    private let now = Timestamp(seconds: 1000)

    /// An attempt at a stage: on which node, for which job, when it ended and how; nil runs on.
    private typealias Try = (node: String, job: Int, time: Int64, ending: Ending?)

    private func facts(_ tries: [Try], job: Int, reused: Bool = false) -> NodeHealth.Facts {
        var state = RunState()
        var sequence: Int64 = 0
        func tell(_ body: EventBody, at time: Int64) {
            sequence += 1
            state.apply(
                Event(
                    run: "r", source: String(repeating: "a", count: 32), sequence: sequence,
                    time: Timestamp(seconds: time), monotonic: 0, body: body))
        }
        for (number, attempt) in tries.enumerated() {
            let key = AttemptKey(job: attempt.job, generation: 0, element: "7_\(number)", restart: 0)
            tell(.jobStarted(key, node: attempt.node, slot: 0, folder: "/f"), at: attempt.time)
            tell(.stageStarted(key, stage: "s", pid: 1), at: attempt.time)
            if let ending = attempt.ending {
                tell(.stageEnded(key, stage: "s", ending, reused: reused), at: attempt.time)
            }
        }
        return NodeHealth.Facts(state, stage: "s", job: job, node: "n1", now: now)
    }

    private func verdict(_ job: Int, _ tries: [Try]) -> NodeHealth.Verdict {
        var health = NodeHealth()
        return health.couldNotStart("s", job: job, facts: facts(tries, job: job))
    }

    @Test(arguments: [
        (Ending(outcome: .failed, exitCode: 125), true), (Ending(outcome: .failed, exitCode: 126), true),
        (Ending(outcome: .nodeFailed, exitCode: 127), true), (Ending(outcome: .failed, exitCode: 1), false),
        (Ending(outcome: .failed), false), (Ending(outcome: .timeout, exitCode: 127), false),
        (Ending(outcome: .killed, signal: 9), false),
    ]) func aStartFailureIsKnownByItsCode(ending: Ending, isOne: Bool) {
        #expect(NodeHealth.isStartFailure(ending) == isOne)
    }

    @Test(arguments: [
        (Ending(outcome: .succeeded), true), (Ending(outcome: .failed, exitCode: 3), true),
        (Ending(outcome: .killed, signal: 11), true), (Ending(outcome: .oomHost), true),
        (Ending(outcome: .failed, exitCode: 127), false), (Ending(outcome: .failed), false),
        (Ending(outcome: .cancelled, duration: 5_000_000), false),
        (Ending(outcome: .timeout, duration: 70_000_000), true),
    ]) func whatWasStartedElsewhere(ending: Ending, isOne: Bool) {
        #expect(facts([("n2", 5, 900, ending)], job: 0).elsewhere == (isOne ? .started("n2") : .unknown))
    }

    @Test func whatRunsElsewhereCountsOnceItHasRunForLong() {
        #expect(facts([("n2", 5, 939, nil)], job: 0).elsewhere == .started("n2"))
        #expect(facts([("n2", 5, 990, nil)], job: 0).elsewhere == .unknown)
    }

    @Test func whatWasTakenOverElsewhereWasNotStarted() {
        #expect(facts([("n2", 5, 900, Ending(outcome: .succeeded))], job: 0, reused: true).elsewhere == .unknown)
    }

    @Test func withoutAStartElsewhereItIsTheJob() {
        #expect(verdict(0, []) == .job)
        // A wrong config fails the same way everywhere, and what this node started itself is no word of another one.
        #expect(verdict(0, [("n2", 1, 900, notFound), ("n1", 2, 900, Ending(outcome: .succeeded))]) == .job)
    }

    @Test func theFirstFailureIsHeldAgainstTheNodeAndTheSecondJobsMakesItSick() {
        let well: Try = ("n2", 9, 900, Ending(outcome: .succeeded))
        var health = NodeHealth()
        let known = facts([well], job: 0)
        #expect(health.couldNotStart("s", job: 0, facts: known) == .node(other: "n2"))
        #expect(health.couldNotStart("s", job: 0, facts: known) == .node(other: "n2"), "the same job again is one job")
        #expect(health.couldNotStart("t", job: 1, facts: known) == .node(other: "n2"), "another stage counts by itself")
        #expect(
            health.couldNotStart("s", job: 1, facts: known)
                == .sick(other: "n2", reason: "stage 's' could not be started here for 2 jobs, but was on n2"))
    }

    @Test func failuresOfOtherAgentsOfTheNodeCount() {
        let well: Try = ("n2", 9, 900, Ending(outcome: .succeeded))
        guard case .sick = verdict(1, [well, ("n1", 0, 950, notFound)]) else {
            Issue.record("the node is sick")
            return
        }
        // One that was held against the job since it fails elsewhere too is no sign.
        #expect(verdict(1, [well, ("n1", 0, 950, notFound), ("n3", 0, 960, notFound)]) == .node(other: "n2"))
        // What went well since wipes it out.
        let since: Try = ("n1", 8, 960, Ending(outcome: .succeeded))
        #expect(facts([well, ("n1", 0, 950, notFound), since], job: 1).failedHere.isEmpty)
    }

    @Test func aJobThatFailsElsewhereTooIsToBlame() {
        #expect(
            verdict(0, [("n2", 9, 900, Ending(outcome: .succeeded)), ("n3", 0, 900, notFound)]) == .job)
    }

    @Test func aNodeThatDidBetterBeforeTakesMoreFailures() {
        let known = facts([("n2", 9, 900, Ending(outcome: .succeeded))], job: 0)
        var health = NodeHealth()
        health.ended("s", Ending(outcome: .succeeded))
        for job in 0..<4 { #expect(health.couldNotStart("s", job: job, facts: known) == .node(other: "n2")) }
        health.ended("s", Ending(outcome: .failed, exitCode: 2))
        for job in 0..<4 { #expect(health.couldNotStart("s", job: job, facts: known) == .node(other: "n2")) }
        guard case .sick = health.couldNotStart("s", job: 4, facts: known) else {
            Issue.record("five in a row are enough")
            return
        }
    }

    @Test func gpusThatAreMissingOrBroken() {
        #expect(NodeHealth.sickness(given: 2, seen: 0, uncorrected: []) == nil, "nobody can look")
        #expect(NodeHealth.sickness(given: 2, seen: 4, uncorrected: [("a", 0)]) == nil)
        #expect(
            NodeHealth.sickness(given: 2, seen: 1, uncorrected: []) == "the agent was given 2 GPUs, and 1 can be seen")
        #expect(
            NodeHealth.sickness(given: 1, seen: 1, uncorrected: [("GPU-a", 0), ("GPU-b", 1)])
                == "GPU-b has 1 memory error that could not be corrected, since its driver was loaded")
    }

    @Test func theFirstWordAboutASickNodeStays() {
        func event(_ sequence: Int64, _ time: Int64, _ reason: String) -> Event {
            Event(
                run: "r", source: String(repeating: "a", count: 32), sequence: sequence,
                time: Timestamp(seconds: time), monotonic: 0, body: .nodeSick(node: "n1", reason: reason))
        }
        let events = [event(1, 20, "late"), event(2, 10, "early"), event(3, 30, "later")]
        for order in [events, events.reversed()] {
            var state = RunState()
            for event in order { state.apply(event) }
            #expect(state.sickNodes == ["n1": .init(time: Timestamp(seconds: 10), reason: "early")])
        }
    }

    @Test func laterElementsStayAwayFromSickNodes() {
        var plan = RunPlan(
            run: "r", sweep: "s", cluster: "c", fingerprint: "", stages: [], resources: Resources(), slots: 1,
            jobCount: 1, outputRoot: "/o")
        #expect(ElementRequest(plan, size: 0) == nil)
        let request = ElementRequest(plan, size: 0, sick: ["n3", "n1"])
        #expect(request?.exclude == "n1,n3")
        #expect(request?.words == [] && request?.memory == nil && request?.time == nil)
        plan.exclude = "bad[1-2]"
        #expect(ElementRequest(plan, size: 0, sick: ["n1"])?.exclude == "bad[1-2],n1")
    }
}
