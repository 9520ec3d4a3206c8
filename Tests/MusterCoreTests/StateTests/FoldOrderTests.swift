import MusterCore
import TestSupport
import Testing

/// Any order, any repetition and any cut of the same facts gives the same state.
@Suite struct FoldOrderTests {
    private func fold(_ events: [Event]) -> RunState {
        var state = RunState()
        for event in events { state.apply(event) }
        return state
    }

    @Test(arguments: UInt64(1)...60) func orderDoesNotMatter(seed: UInt64) {
        var generator = FactGenerator(seed: seed)
        let facts = generator.facts(80)
        let expected = fold(facts)
        #expect(!expected.jobs.isEmpty)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5 { #expect(fold(facts.shuffled(using: &random)) == expected) }
        #expect(fold(facts.reversed()) == expected)
    }

    @Test(arguments: UInt64(1)...30) func repetitionDoesNotMatter(seed: UInt64) {
        var generator = FactGenerator(seed: seed)
        let facts = generator.facts(60)
        var random = SeededGenerator(seed: seed)
        let doubled = (facts + facts.filter { _ in Bool.random(using: &random) } + facts).shuffled(using: &random)
        #expect(fold(doubled) == fold(facts))
    }

    /// A fold that was cut off, written down and read again goes on as if nothing had happened.
    @Test(arguments: UInt64(1)...30) func aCutDoesNotMatter(seed: UInt64) throws {
        var generator = FactGenerator(seed: seed)
        let facts = generator.facts(60)
        let expected = fold(facts)
        for cut in [1, 20, 59] {
            var state = fold(Array(facts[..<cut]))
            for (index, job) in state.jobs {
                let attempts = try job.attempts.map { AttemptState(json: try JSON(parsing: $0.json.line)) }
                #expect(attempts == job.attempts)
                state.jobs[index] = JobState(
                    index: index, attempts: attempts.reversed(), isCached: job.isCached,
                    orders: JobOrders(json: try JSON(parsing: job.orders.json?.line ?? "{}")))
            }
            for event in facts[cut...] { state.apply(event) }
            #expect(state == expected)
        }
    }
}
