import MusterCore
import Testing

@Suite struct ForecastTests {
    private func runs(_ stage: String, _ elapsed: Double, _ fraction: Double?) -> [String: (
        elapsed: Double, fraction: Double?
    )] {
        [stage: (elapsed, fraction)]
    }

    @Test func aRunningStageTellsByWhatIsDone() {
        let forecast = Forecast(stages: ["s"], jobs: [.init(index: 0, node: "n", running: runs("s", 30, 0.25))])
        #expect(forecast.stages[0]?["s"] == .init(fraction: 0.25, remaining: 90))
        #expect(forecast.jobs[0] == .init(fraction: 0.25, remaining: 90))
        #expect(forecast.nodes == ["n": .init(fraction: 0.25, remaining: 90)])
        #expect(forecast.sweep == .init(fraction: 0.25, remaining: 90))
    }

    @Test func stagesThatSayNothingAreKnownFromOtherJobs() {
        let forecast = Forecast(
            stages: ["a", "b"],
            jobs: [
                .init(index: 0, hasEnded: true, duration: 40, done: ["a": 10, "b": 30]),
                .init(index: 1, done: ["a": 10], running: runs("b", 15, nil)),
            ])
        #expect(forecast.stages[1]?["b"] == .init(fraction: 0.5, remaining: 15))
        #expect(forecast.jobs[1] == .init(fraction: 0.625, remaining: 15))
        #expect(forecast.sweep == .init(fraction: 0.8125, remaining: 15))
    }

    @Test func whatWaitsIsSharedAmongThoseThatRun() {
        let jobs: [Forecast.Job] =
            [Forecast.Job(index: 0, hasEnded: true, duration: 100, done: ["s": 100])]
            + (1...2).map { Forecast.Job(index: $0, node: "n", running: runs("s", 50, 0.5)) }
            + (3...8).map { Forecast.Job(index: $0) }
        let forecast = Forecast(stages: ["s"], jobs: jobs)
        #expect(forecast.sweep.remaining == 350)
        let off = forecast.sweep.fraction - 2.0 / 9
        #expect(abs(off) < 1e-9)
    }

    @Test func nothingIsMadeUp() {
        let start = Forecast(stages: ["a", "b"], jobs: [.init(index: 0, running: runs("a", 5, nil)), .init(index: 1)])
        #expect(start.sweep == .init(fraction: 0, remaining: nil))
        #expect(Forecast(stages: ["a"], jobs: [.init(index: 0)]).sweep.remaining == nil)
        #expect(Forecast(stages: ["a"], jobs: []).sweep == .init(fraction: 1, remaining: 0))
        // A stage behind it of unknown length: the share is known roughly, the time not.
        let half = Forecast(stages: ["a", "b"], jobs: [.init(index: 0, running: runs("a", 5, 0.5))])
        #expect(half.jobs[0] == .init(fraction: 0.25, remaining: nil))
        // Stages that were taken over say nothing about how long they take.
        let reused = Forecast(
            stages: ["a", "b"], jobs: [Forecast.Job(index: 0, done: ["a": Double?.none], running: runs("b", 5, 0.5))])
        #expect(reused.jobs[0] == .init(fraction: 0.75, remaining: 5))
    }
}
