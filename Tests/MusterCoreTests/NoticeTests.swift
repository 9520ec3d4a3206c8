import MusterCore
import TestSupport
import Testing

/// What people are told, and when.
@Suite struct NoticeTests {
    private let run = "r"
    private func time(_ second: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + second) }

    private func policy(_ occasions: Set<NotifyPolicy.Occasion>, _ change: (inout NotifyPolicy) -> Void = { _ in })
        -> NotifyPolicy
    {
        var policy = NotifyPolicy()
        policy.occasions = occasions
        change(&policy)
        return policy
    }

    /// Ten jobs, of which the first `outcomes` have ended and `running` behind them run.
    private func state(_ outcomes: [Outcome], running: Int = 0, more: [EventBody] = []) -> RunState {
        var state = RunState()
        var bodies: [EventBody] = []
        for (index, outcome) in outcomes.enumerated() {
            let key = AttemptKey(job: index, generation: 0, element: "7_\(index)", restart: 0)
            bodies.append(.jobEnded(key, Ending(outcome: outcome, tail: "no good \(index)"), superseded: false))
        }
        for index in outcomes.count..<outcomes.count + running {
            let key = AttemptKey(job: index, generation: 0, element: "7_\(index)", restart: 0)
            bodies.append(.jobStarted(key, node: "n", slot: 0, folder: "/f"))
        }
        for (sequence, body) in (bodies + more).enumerated() {
            state.apply(
                Event(
                    run: run, source: FactGenerator.source(1), sequence: Int64(sequence + 1),
                    time: time(Int64(sequence)),
                    monotonic: 0, body: body))
        }
        return state
    }

    private func due(_ policy: NotifyPolicy, _ state: RunState, heard: Int64 = 0, now: Int64 = 100) -> [String] {
        Notice.due(policy, run: run, state: state, jobs: 0..<10, heard: time(heard), now: time(now)).map(\.mark)
    }

    @Test func theEndIsToldOnceAndAgainWhenTheRunWasTakenUp() {
        let ended = state([.succeeded], more: [.runEnded])
        let mark = "done@1800000001000000"
        #expect(due(policy([.done]), state([.succeeded])) == [])
        #expect(due(policy([.done]), ended) == [mark])
        #expect(due(policy([.failed]), ended) == [])
        #expect(due(policy([.done]), state([.succeeded], more: [.runEnded, .notified(about: mark)])) == [])
        #expect(
            due(policy([.done]), state([.succeeded], more: [.notified(about: "x"), .runEnded])) == [
                "done@1800000002000000"
            ])
    }

    @Test(arguments: [
        (4, 0, false), (5, 0, true), (5, 5, true), (5, 1, true),
    ])
    func aShareOfFailuresIsToldFromFiveOn(failed: Int, good: Int, isTold: Bool) {
        let state = state(
            Array(repeating: .failed, count: failed) + Array(repeating: .succeeded, count: good))
        #expect(due(policy([.failed]) { $0.failed = 0.5 }, state) == (isTold ? ["failed"] : []))
    }

    @Test func fewFailuresAmongManyAreNotTold() {
        let state = state(Array(repeating: .failed, count: 5) + Array(repeating: .succeeded, count: 5))
        #expect(due(policy([.failed]) { $0.failed = 0.6 }, state) == [])
        let gone = self.state(Array(repeating: .cancelled, count: 6) + Array(repeating: .partial, count: 4))
        #expect(due(policy([.failed]), gone) == [], "nobody failed")
    }

    @Test func jobsOutOfMemoryAreCountedOnce() {
        let state = state([.oomHost, .oomGPU, .failed])
        #expect(due(policy([.oom]) { $0.oom = 2 }, state) == ["oom"])
        #expect(due(policy([.oom]) { $0.oom = 3 }, state) == [])
    }

    @Test func silenceIsToldWhileJobsRun() {
        let quiet = policy([.stuck]) { $0.stuck = WallTime(seconds: 60) }
        #expect(due(quiet, state([.succeeded], running: 1), heard: 40, now: 100) == ["stuck"])
        #expect(due(quiet, state([.succeeded], running: 1), heard: 41, now: 100) == [])
        #expect(due(quiet, state([.succeeded]), heard: 0, now: 100) == [], "the rest waits in the queue")
    }

    @Test func oneMessageHasTheCountsAndTheCommonestFailures() throws {
        let state = state([.failed, .failed, .oomHost, .succeeded], running: 1, more: [.runEnded])
        let notice = try #require(
            Notice.due(policy([.done]), run: run, state: state, jobs: 0..<10, heard: nil, now: time(0)).first)
        #expect(notice.subject == "muster: r: 1 of 10 jobs succeeded")
        #expect(
            notice.body == """
                jobs: 5 waiting, 2 failed, 1 oom_host, 1 running, 1 succeeded
                2 failed so: failed: no good N
                1 failed so: oom_host: no good N

                to see more: muster status r

                """, "\(notice.body)")
    }

    @Test func aPolicyTravelsAsJSON() {
        let whole = policy([.stuck, .oom]) {
            ($0.failed, $0.least, $0.oom, $0.stuck) = (0.25, 3, 4, WallTime(seconds: 5))
            ($0.command, $0.webhook, $0.mail) = ("true", "@f", "a@b")
        }
        #expect(NotifyPolicy(json: whole.json) == whole)
        #expect(NotifyPolicy(json: .object([])) == NotifyPolicy())
    }
}
