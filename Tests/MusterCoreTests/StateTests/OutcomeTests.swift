import MusterCore
import TestSupport
import Testing

/// Whose word counts.
@Suite struct OutcomeTests {
    private let key = AttemptKey(job: 0, generation: 0, element: "7_1", restart: 0)

    private func fold(_ bodies: [EventBody]) -> RunState {
        var state = RunState()
        for (index, body) in bodies.enumerated() {
            state.apply(
                Event(
                    run: "r", source: FactGenerator.source(1), sequence: Int64(index + 1),
                    time: Timestamp(seconds: Int64(100 + index)), monotonic: 0, body: body))
        }
        return state
    }

    private func started(_ key: AttemptKey) -> EventBody { .jobStarted(key, node: "n", slot: 0, folder: "/f") }

    private func ended(_ key: AttemptKey, _ outcome: Outcome, kills: Int64 = 0, superseded: Bool = false) -> EventBody {
        .jobEnded(key, Ending(outcome: outcome, oomKills: kills), superseded: superseded)
    }

    private func word(_ state: String, restart: Int = 0, ended: Bool = true) -> EventBody {
        .scheduler(element: "7_1", restart: restart, state: state, exit: "0:0", ended: ended)
    }

    @Test(arguments: [
        ("OUT_OF_MEMORY", Outcome.oomHost), ("TIMEOUT", .timeout), ("NODE_FAIL", .nodeFailed),
        ("PREEMPTED", .preempted), ("CANCELLED by 1000", .cancelled), ("CANCELLED+", .cancelled),
        ("FAILED", .lost), ("COMPLETED", .lost), ("SPECIAL_EXIT", .lost),
    ])
    func theSchedulerEndsWhatTheAgentDidNot(state: String, outcome: Outcome) {
        let run = fold([started(key), word(state)])
        #expect(run.standing(of: 0) == .ended(outcome))
        #expect(run.jobs[0]?.deciding?.ending?.cause?.contains(state) == true)
        #expect(run.jobs[0]?.deciding?.ending?.duration == 1_000_000)
    }

    @Test func ranks() {
        #expect(fold([started(key), ended(key, .lost), word("TIMEOUT")]).standing(of: 0) == .ended(.timeout))
        #expect(fold([word("TIMEOUT"), ended(key, .failed)]).standing(of: 0) == .ended(.failed))
        #expect(
            fold([ended(key, .killed), ended(key, .oomHost, kills: 2), word("FAILED")]).standing(of: 0)
                == .ended(.oomHost))
        #expect(fold([started(key), word("RUNNING", ended: false)]).standing(of: 0) == .running)
    }

    /// SIGTERM does not say who wanted the end.
    @Test(arguments: [
        ("PREEMPTED", Outcome.preempted), ("TIMEOUT", .timeout), ("NODE_FAIL", .nodeFailed),
        ("CANCELLED by 7", .cancelled), ("COMPLETED", .cancelled), ("REQUEUED", .cancelled),
    ]) func theSchedulerKnowsWhyTheAgentWasToldToEnd(state: String, outcome: Outcome) throws {
        let bodies = [started(key), .stageEnded(key, stage: "s", Ending(outcome: .cancelled), reused: false)]
        for end in [[ended(key, .cancelled), word(state)], [word(state), ended(key, .cancelled)]] {
            let run = fold(bodies + end)
            #expect(run.standing(of: 0) == .ended(outcome))
            let attempt = try #require(run.jobs[0]?.attempts.first)
            #expect(attempt.standing(of: try #require(attempt.stages.first)) == .ended(outcome))
        }
        let second = AttemptKey(job: 0, generation: 0, element: "7_1", restart: 1)
        #expect(
            fold([ended(key, .cancelled), word("PREEMPTED"), started(second), word("TIMEOUT", restart: 1)])
                .jobs[0]?.attempts.map { $0.ending?.outcome } == [.preempted, .timeout])
    }

    @Test func anOOMFactExplainsALostAttempt() {
        let run = fold([.oom(key, stage: "s", kills: 3, limit: 1 << 30), word("FAILED")])
        #expect(run.standing(of: 0) == .ended(.oomHost))
        #expect(run.jobs[0]?.deciding?.ending?.oomKills == 3)
        #expect(run.jobs[0]?.deciding?.ending?.memoryLimit == 1 << 30)
    }

    @Test func aLaterRestartEndsAnEarlierOne() {
        let second = AttemptKey(job: 0, generation: 0, element: "7_1", restart: 1)
        let run = fold([started(key), started(second), word("TIMEOUT", restart: 1)])
        #expect(run.jobs[0]?.attempts.map { $0.ending?.outcome } == [.lost, .timeout])
        #expect(fold([started(key), started(second), word("NODE_FAIL")]).standing(of: 0) == .running)
    }

    @Test func thePublishedAttemptDecidesElseTheLatest() {
        let second = AttemptKey(job: 0, generation: 1, element: "8_1", restart: 0)
        #expect(fold([ended(key, .succeeded), ended(second, .killed)]).standing(of: 0) == .ended(.succeeded))
        #expect(fold([ended(key, .failed), ended(second, .timeout)]).standing(of: 0) == .ended(.timeout))
        #expect(fold([ended(key, .failed), started(second)]).standing(of: 0) == .running)
        let race = fold([ended(key, .succeeded, superseded: true), ended(second, .succeeded)])
        #expect(race.jobs[0]?.deciding?.key == second)
    }

    @Test func beforeTheFirstAttempt() {
        #expect(fold([]).standing(of: 4) == .planned)
        #expect(fold([.submitting(token: "t", elements: 1)]).standing(of: 4) == .submitted)
        #expect(
            fold([.submitting(token: "t", elements: 1), .submitted(token: "t", schedulerID: "7")]).standing == .queued)
        #expect(fold([.cancelRequested(jobs: [])]).standing(of: 4) == .ended(.cancelled))
        #expect(fold([.cancelRequested(jobs: [4])]).standing(of: 4) == .ended(.cancelled))
        #expect(fold([.cancelRequested(jobs: [4])]).standing(of: 5) == .planned)
        #expect(fold([.jobCached(job: 4)]).standing(of: 4) == .ended(.succeeded))
    }

    @Test func aStageThatNobodyEndedEndsWithItsAttempt() throws {
        let run = fold([.stageStarted(key, stage: "s", pid: 1), word("TIMEOUT")])
        let attempt = try #require(run.jobs[0]?.attempts.first)
        #expect(attempt.standing(of: try #require(attempt.stages.first)) == .ended(.timeout))
    }
}
