import MusterCore
import Testing

@Suite struct BlameTests {
    private func key(_ job: Int) -> AttemptKey { AttemptKey(job: job, generation: 0, element: "7_1", restart: 0) }

    private func event(_ body: EventBody, _ sequence: Int64) -> Event {
        Event(
            run: "r", source: String(repeating: "a", count: 32), sequence: sequence,
            time: Timestamp(microseconds: sequence), monotonic: 0, body: body)
    }

    private func sample(_ job: Int, _ stage: String, _ rss: Int64) -> Event {
        Event(
            run: "r", source: String(repeating: "b", count: 32), sequence: nil, time: Timestamp(microseconds: 0),
            monotonic: 0, body: .sample(key(job), stage: stage, Reading(rss: rss)))
    }

    private func outcomes(_ samples: [Event], share: Int64?) -> [Int: Outcome] {
        var state = RunState()
        var facts: [EventBody] = (0..<3).map { .jobStarted(key($0), node: "n", slot: $0, folder: "f") }
        let open = (0..<3).map(key)
        facts += Steward.lastSeen(open, samples: samples) { _ in share }
        facts.append(.scheduler(element: "7_1", restart: 0, state: "OUT_OF_MEMORY", exit: "0:125", ended: true))
        // Any order gives the same.
        for (number, body) in facts.enumerated().reversed() { state.apply(event(body, Int64(number + 1))) }
        for (number, body) in facts.enumerated() { state.apply(event(body, Int64(number + 1))) }
        return state.jobs.mapValues { $0.attempts[0].ending?.outcome ?? .succeeded }
    }

    @Test func whoHeldMoreThanItsShareIsToBlame() {
        #expect(
            outcomes([sample(0, "s", 50), sample(1, "s", 200), sample(1, "t", 10), sample(2, "s", 90)], share: 100)
                == [0: .lost, 1: .oomHost, 2: .lost])
        #expect(
            outcomes([sample(0, "s", 150), sample(1, "s", 200), sample(2, "s", 90)], share: 100)
                == [0: .oomHost, 1: .oomHost, 2: .lost])
    }

    @Test func elseTheOneThatHeldMostIs() {
        #expect(
            outcomes([sample(0, "s", 50), sample(1, "s", 60), sample(1, "t", 30), sample(2, "s", 80)], share: nil)
                == [0: .lost, 1: .oomHost, 2: .lost])
    }

    @Test func withoutAnySampleNobodyIsExcused() {
        #expect(outcomes([], share: 100) == [0: .oomHost, 1: .oomHost, 2: .oomHost])
    }

    @Test func whatWasLastSeenIsThePeakOfAnAttemptWithoutAnEnd() {
        var state = AttemptState(key: key(0))
        state.apply(event(.jobStarted(key(0), node: "n", slot: 0, folder: "f"), 1))
        state.apply(event(.lastSeen(key(0), rss: 77, excuse: nil), 2))
        state.apply(event(.scheduler(element: "7_1", restart: 0, state: "NODE_FAIL", exit: "", ended: true), 3))
        #expect(state.ending?.outcome == .nodeFailed && state.ending?.peakRSS == 77)
        #expect(AttemptState(json: state.json) == state)
    }
}
