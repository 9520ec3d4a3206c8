import Foundation
import MusterCluster
import MusterCore
import Testing

@testable import MusterCLI

/// How often the scheduler is asked, by a clock of the tests' own.
@Suite struct WatchmanTests {
    private let start = Date(timeIntervalSince1970: 2_000_000_000)

    private let cluster = {
        var cluster = ClusterSpec.local
        cluster.backend = .slurm
        return cluster
    }()

    private func watchman() -> Watchman { Watchman(cluster: cluster, now: start) }

    /// The seconds at which it asks within so many, looked at each second, and answered by `answer`.
    private func questions(
        _ watchman: Watchman, _ hearing: Hearing, within seconds: Int, answer: (Int) -> [ElementState]
    ) -> [Int] {
        var watchman = watchman
        return (0...seconds).filter { second in
            let now = start + Double(second)
            guard watchman.isDue(hearing, now: now) else { return false }
            _ = watchman.take(answer(second), now: now)
            return true
        }
    }

    private func state(_ word: String, hasEnded: Bool = false) -> [ElementState] {
        [ElementState(element: "7_0", restart: 0, state: word, exit: "", hasEnded: hasEnded)]
    }

    @Test func whilePendingTheFirstPauseIsAMinuteAndEachIsTwiceTheOneBeforeUpToTen() {
        let asked = questions(watchman(), Hearing(), within: 4000) { _ in state("PENDING") }
        let pauses = zip(asked.dropFirst(), asked).map(-)
        #expect(asked.first == 60)
        // The second answer is the first that says the same.
        #expect(pauses.prefix(6) == [60, 120, 240, 480, 600, 600], "\(asked)")
    }

    @Test func newsMakesThePauseAMinuteAgain() {
        let asked = questions(watchman(), Hearing(), within: 2000) { state($0 < 900 ? "PENDING" : "RUNNING") }
        let pauses = zip(asked.dropFirst(), asked).map(-)
        #expect(pauses.allSatisfy { $0 >= 60 } && pauses.contains(480), "\(pauses)")
        #expect(pauses.suffix(3).first ?? 999 <= 240, "\(pauses)")
    }

    @Test func nobodyIsAskedWhileAgentsAreHeard() throws {
        let hearing = Hearing()
        let agent = Event(
            run: "r", source: "s", sequence: 1, time: .now, monotonic: 0,
            body: .agentStarted(node: "n", lane: "n.0", element: "7_0", restart: 0, slots: 1, details: .object([])))
        hearing.take([agent])
        let now = Date()
        var early = Watchman(cluster: cluster, now: now - 120)
        let isDueWhileHeard = early.isDue(hearing, now: now + 30)
        #expect(!isDueWhileHeard)
        let isDueInSilence = early.isDue(hearing, now: now + 90)
        #expect(isDueInSilence)
    }
}
