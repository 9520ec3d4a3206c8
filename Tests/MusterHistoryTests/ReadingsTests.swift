import MusterCore
import MusterHistory
import TestSupport
import Testing

/// How stages went.
@Suite struct ReadingsTests {
    private let key = AttemptKey(job: 0, generation: 0, element: "7_1", restart: 0)

    private func sample(_ second: Int64, _ rss: Int64, gpus: [GPUUse] = []) -> Event {
        var reading = Reading(done: Double(second), total: 9, rss: rss, cpu: second * 1000)
        reading.gpus = gpus
        return Event(
            run: "r", source: FactGenerator.source(1), sequence: nil, time: Timestamp(seconds: 1_800_000_000 + second),
            monotonic: 0, body: .sample(key, stage: "s", reading))
    }

    @Test func samplesAreKeptOverTime() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let gpus = [GPUUse(id: "a", own: 5, utilization: 20), GPUUse(id: "b", used: 7, utilization: 41)]
        for second in [1, 2, 2, 1, 4] { try history.append([sample(Int64(second), 10, gpus: gpus)]) }
        let readings = try history.readings(of: "r", job: 0)
        #expect(readings.map(\.time.microseconds).map { $0 / 1_000_000 - 1_800_000_000 } == [1, 2, 4])
        #expect(readings.first?.key == key)
        #expect(readings.first?.gpu == 12)
        #expect(readings.first?.utilization == 30.5)
        #expect(readings.first?.cpu == 1000)
        #expect(try history.readings(of: "r", job: 1).isEmpty)
    }

    @Test func theyStayFewAndSpreadEvenly() throws {
        let folder = StateFolder()
        let history = try folder.history()
        for second in 0..<3000 { try history.append([sample(Int64(second), Int64(second))]) }
        let readings = try history.readings(of: "r", job: 0)
        #expect((100...200).contains(readings.count))
        #expect(readings.first?.rss == 0)
        #expect((readings.last?.rss ?? 0) > 2950)
        let gaps = zip(readings, readings.dropFirst()).map { ($1.rss ?? 0) - ($0.rss ?? 0) }
        #expect((gaps.max() ?? 0) <= 5 * (gaps.min() ?? 0), "from \(gaps.min() ?? 0) to \(gaps.max() ?? 0)")
    }

    @Test func theyOutliveTheEndAndGoWithThePruning() throws {
        let folder = StateFolder()
        let history = try folder.history()
        try history.registerRun(plan(jobs: 1), jobs: [row(0, scene: "a")], registration())
        try history.append([sample(1, 10)])
        var teller = Teller(2)
        try history.append([
            teller.tell(.jobEnded(key, Ending(outcome: .succeeded), superseded: false), at: 9),
            teller.tell(.runEnded, at: 9),
        ])
        #expect(try history.readings(of: "r", job: 0).count == 1)
        try history.rebuild()
        #expect(try history.readings(of: "r", job: 0).count == 1)
        _ = try history.prune(["r"])
        #expect(try history.readings(of: "r", job: 0).isEmpty)
    }
}
