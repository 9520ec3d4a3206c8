import MusterCore
import MusterProducts
import Synchronization
import Testing

/// Lets nobody through before so many have come.
private actor Gate {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    init(_ count: Int) { missing = count }

    func pass() async {
        missing -= 1
        if missing > 0 {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            for one in waiting { one.resume() }
            waiting = []
        }
    }
}

@Suite struct SideBySideTests {
    private let a = Workshop.a
    private let b = Workshop.b
    private let c = Workshop.c

    /// Ends only if both steps run at a time.
    @Test(.timeLimit(.minutes(20))) func stepsThatDoNotNeedEachOtherRunSideBySide() async throws {
        let shop = try Workshop()
        let gate = Gate(2)
        let runner = try await shop.runner(
            [
                ProductStep("one", code: "1", produces: a) { _ in
                    await gate.pass()
                    return 1
                },
                ProductStep("two", code: "1", produces: b) { _ in
                    await gate.pass()
                    return 2
                },
                ProductStep("three", code: "1", requires: [a, b], produces: c) { try $0[Workshop.a] + $0[Workshop.b] },
            ], atOnce: 2)
        #expect(try await runner.buildAll() == ["c"])
        #expect(try await runner.get(c) == 3)
    }

    @Test func noMoreThanAllowedRunAtATime() async throws {
        let shop = try Workshop()
        let now = Mutex(0)
        let most = Mutex(0)
        let steps = (0..<8).map { number in
            ProductStep("step\(number)", code: "1", produces: Product<Int>.json("p\(number)")) { _ in
                let count = now.withLock {
                    $0 += 1
                    return $0
                }
                most.withLock { $0 = max($0, count) }
                for _ in 0..<20 { await Task.yield() }
                now.withLock { $0 -= 1 }
                return number
            }
        }
        try await shop.runner(steps, atOnce: 1).buildAll()
        #expect(most.withLock { $0 } == 1)
    }

    @Test func aStepThatSeveralAskForRunsOnce() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await runner.get(Workshop.d) } }
            for try await value in group { #expect(value == "d of 3") }
        }
        #expect(shop.ran().sorted() == ["make_a", "make_b", "make_c", "make_d"])
    }

    /// One of two that wait for a step gives up: the other gets its product all the same.
    @Test(.timeLimit(.minutes(20))) func whoeverGivesUpGivesUpForItselfAlone() async throws {
        let shop = try Workshop()
        let started = Mutex(0)
        let mayEnd = Mutex(false)
        let runner = try await shop.runner([
            ProductStep("one", code: "1", produces: a) { _ in
                let isFirst = started.withLock {
                    $0 += 1
                    return $0 == 1
                }
                // The first run goes on until it is cancelled, and lets the second caller come before it ends.
                while isFirst {
                    if mayEnd.withLock({ $0 }) { try Task.checkCancellation() }
                    await Task.yield()
                }
                return 1
            }
        ])
        let first = Task { try await runner.get(Workshop.a) }
        while started.withLock({ $0 }) == 0 { await Task.yield() }
        #expect(try await runner.statuses() == ["a": .building])
        first.cancel()
        let second = Task { try await runner.get(Workshop.a) }
        for _ in 0..<50 { _ = try await runner.statuses() }
        mayEnd.withLock { $0 = true }
        #expect(try await second.value == 1)
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(shop.names().filter { $0.hasPrefix(".new-") } == [])
    }
}
