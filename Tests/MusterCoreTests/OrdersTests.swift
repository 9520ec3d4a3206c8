import Testing

@testable import MusterCore

@Suite struct OrdersTests {
    private static let plan = RunPlan(
        run: "r", sweep: "s", cluster: "c", fingerprint: "", stages: [], resources: Resources(), slots: 1, jobCount: 3,
        outputRoot: "/o")
    private let block = Block(id: "g0-00000", generation: 0, jobs: [0, 1, 2])

    /// The fold of facts, each at a second of its own, in an order of their own and turned round: it must be the same.
    private func state(_ bodies: [EventBody]) -> RunState {
        let events = bodies.enumerated().map { number, body in
            Event(
                run: "r", source: String(repeating: "a", count: 32), sequence: Int64(number) + 1,
                time: Timestamp(seconds: Int64(number) + 1), monotonic: 0, body: body)
        }
        var (state, turned) = (RunState(), RunState())
        for event in events { state.apply(event) }
        for event in events.reversed() { turned.apply(event) }
        #expect(state == turned)
        return state
    }

    private func key(_ job: Int, _ generation: Int = 0) -> AttemptKey {
        AttemptKey(job: job, generation: generation, element: "7_0", restart: 0)
    }

    private func failed(_ job: Int, _ generation: Int = 0) -> EventBody {
        .jobEnded(key(job, generation), Ending(outcome: .failed), superseded: false)
    }

    private let submitted: [EventBody] = [
        .submitting(token: "muster.r.g0.a0", elements: 1), .submitted(token: "muster.r.g0.a0", schedulerID: "7"),
    ]

    private func situation(_ bodies: [EventBody], blocks: [Block]? = nil, isLive: Bool = false) -> Steward.Situation {
        let state = state(submitted + bodies)
        return Steward.Situation(
            state: state, plan: Self.plan, rows: (0..<3).map { Steward.Row(index: $0) }, blocks: blocks ?? [block],
            holders: [block.id: "7_0"], ended: state.endedElements, isLive: isLive)
    }

    private let over: EventBody = .scheduler(element: "7_0", restart: 0, state: "COMPLETED", exit: "0:0", ended: true)

    @Test func theLatestWordCounts() {
        let ask: EventBody = .retryRequested(jobs: [1], Ask(generation: 1))
        #expect(state([failed(1), ask]).standing(of: 1) == .queued)
        #expect(state([failed(1), ask, failed(1, 1)]).standing(of: 1) == .ended(.failed))
        #expect(state([.cancelRequested(jobs: [1]), ask]).standing(of: 1) == .queued)
        #expect(
            state([.cancelRequested(jobs: [1]), ask, .cancelRequested(jobs: [1])]).standing(of: 1) == .ended(.cancelled)
        )
        #expect(state([failed(1), ask, .cancelRequested(jobs: [1])]).standing(of: 1) == .ended(.failed))
        #expect(state([.runEnded]).ended != nil)
        #expect(state([.runEnded, ask]).ended == nil)
        #expect(state([.runEnded, ask, .runEnded]).ended == Timestamp(seconds: 3))
    }

    @Test func ofACancelledRunOnlyWhatWasAskedForGoesOn() {
        let state = state([.cancelRequested(jobs: []), .retryRequested(jobs: [1], Ask(generation: 1))])
        #expect(!state.isStopped && state.isCancelled)
        #expect([0, 1, 2].map { state.standing(of: $0) } == [.ended(.cancelled), .queued, .ended(.cancelled)])
        #expect([0, 1, 2].map { state.mayBegin($0, generation: 1) } == [false, true, false])
        // Who still has the old block does nothing of it any more.
        #expect(
            !state.mayBegin(1, generation: 0) && state.mustEnd(1, generation: 0) && !state.mustEnd(1, generation: 1))
        #expect(self.state([.retryRequested(jobs: [1], Ask(generation: 1)), .cancelRequested(jobs: [])]).isStopped)
    }

    @Test func aSuccessIsNotTriedAgain() {
        let done: EventBody = .jobEnded(key(1), Ending(outcome: .succeeded), superseded: false)
        let state = state([.retryRequested(jobs: [1], Ask(generation: 1)), done])
        #expect(state.standing(of: 1) == .ended(.succeeded))
        #expect(state.ask(of: 1) == nil)
    }

    @Test func heldJobsWaitUntilTheyAreReleased() {
        let all: EventBody = .jobsHeld(jobs: [])
        #expect(state([all]).isHeld(2) && !state([all, .jobsReleased(jobs: [])]).isHeld(2))
        let one = state([all, .jobsReleased(jobs: [2])])
        #expect(one.isHeld(1) && !one.isHeld(2))
        let other = state([.jobsHeld(jobs: [1]), .jobsReleased(jobs: []), .jobsHeld(jobs: [2])])
        #expect(!other.isHeld(1) && other.isHeld(2))
        #expect(state([.runThrottled(limit: 3), .runThrottled(limit: 0)]).throttle == nil)
    }

    @Test func whatIsAskedForIsHandedOutOnce() {
        let ended = [failed(0), failed(1), over]
        #expect(Steward.decide(situation(ended)).handouts.map(\.job) == [2])
        let ask: EventBody = .retryRequested(
            jobs: [1], Ask(generation: 1, memory: ByteCount(1 << 30), set: [.init("n", 4)]))
        let again = situation(ended + [ask])
        let decision = Steward.decide(again)
        #expect(decision.handouts.map(\.job) == [1, 2] && decision.needsElements)
        let handout = decision.handouts[0]
        #expect(handout.resources.memory == ByteCount(1 << 30) && handout.terms.set == [.init("n", 4)])
        #expect(handout.terms.why == "asked: memory 1 GiB, n = 4")
        // Once it stands in a block of that generation or a later one, nothing is owed.
        let later = Block(id: "g1-00000", generation: 1, jobs: [1, 2])
        let handed = situation(ended + [ask], blocks: [block, later])
        #expect(Steward.outlook(of: Steward.Row(index: 1), in: handed) == .open)
        #expect(Steward.decide(handed).handouts.isEmpty)
        // And once that attempt has failed too, it is over.
        let closed = situation(ended + [ask, failed(1, 1)], blocks: [block, later])
        #expect(!Steward.isOpen(Steward.Row(index: 1), in: closed))
    }

    @Test func nobodyStartsAnythingForHeldOrCancelledJobs() {
        let held = Steward.decide(situation([over, .jobsHeld(jobs: [])]))
        #expect(held == Steward.Decision())
        #expect(Steward.isOpen(Steward.Row(index: 0), in: situation([over, .jobsHeld(jobs: [])])))
        let some = Steward.decide(situation([over, .jobsHeld(jobs: [0]), .cancelRequested(jobs: [1])]))
        #expect(some.handouts.map(\.job) == [2])
        let later = Block(id: "g1-00000", generation: 1, jobs: [0])
        #expect(Steward.starved(situation([over], blocks: [block, later], isLive: true)).map(\.id) == ["g1-00000"])
        for order in [EventBody.jobsHeld(jobs: [0]), .cancelRequested(jobs: [0])] {
            #expect(Steward.starved(situation([over, order], blocks: [block, later], isLive: true)).isEmpty)
        }
        #expect(Steward.jobsNotBegun(state([.jobsHeld(jobs: [0]), .cancelRequested(jobs: [1])]), plan: Self.plan) == 1)
    }

    @Test func someonesWishCountsMoreThanFruitlessSubmissions() {
        let barren = (1...2).flatMap { round -> [EventBody] in
            let token = SubmissionToken.make(run: "r", round: round, part: 0)
            return [.submitting(token: token, elements: 1), .submitted(token: token, schedulerID: "\(round + 7)")]
        }
        #expect(Steward.decide(situation([failed(0), over] + barren)).givenUp != nil)
        let ask: EventBody = .retryRequested(jobs: [0], Ask(generation: 1))
        let decision = Steward.decide(situation([failed(0), over] + barren + [ask]))
        #expect(decision.givenUp == nil && decision.needsElements)
    }

    @Test func anOrderComesBehindAllThatIsKnown() {
        let known = state([.runEnded, .jobsHeld(jobs: [])])
        #expect(known.timeOfOrder(now: Timestamp(seconds: 1)) == Timestamp(microseconds: 2_000_001))
        #expect(known.timeOfOrder(now: Timestamp(seconds: 9)) == Timestamp(seconds: 9))
    }

    @Test func throttlingCountsWholeElements() {
        var plan = Self.plan
        plan.classes[0].slots = 4
        #expect(plan.elements(forJobs: 9, size: 0) == 2 && plan.elements(forJobs: 3, size: 0) == 1)
        #expect(plan.elements(forJobs: nil, size: 0) == nil && plan.elements(forJobs: 0, size: 0) == nil)
    }
}
