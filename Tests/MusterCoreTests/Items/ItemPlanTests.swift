import MusterCore
import Testing

@Suite struct ItemPlanTests {
    private func shares(_ items: ItemSet, _ size: Int?, _ workers: Int) -> [[String]] {
        ItemPlan.batches(items, batchSize: size, workers: workers).map { $0.map { ItemSet.text($0.items) } }
    }

    @Test(arguments: [
        (0...9, nil as Int?, 3, [["0-3", "4-6", "7-9"]]),
        (0...9, nil, 1, [["0-9"]]),
        (0...9, 4, 2, [["0-1", "2-3"], ["4-5", "6-7"], ["8", "9"]]),
        (0...9, 3, 2, [["0-1", "2"], ["3-4", "5"], ["6-7", "8"], ["9"]]),
        (0...4, 2, 2, [["0", "1"], ["2", "3"], ["4"]]),
        (0...1, 5, 4, [["0", "1"]]),
        (7...7, 2, 2, [["7"]]),
        (5...11, 100, 4, [["5-6", "7-8", "9-10", "11"]]),
    ]) func batchesAreStretchesInOrderAndWorkersShareThemEvenly(
        range: ClosedRange<Int>, size: Int?, workers: Int, expected: [[String]]
    ) {
        #expect(shares(ItemSet(range), size, workers) == expected)
    }

    @Test func gapsOfWhatWasDoneAreNotGoneOver() {
        var done = ItemSet(2...3)
        done.insert(6...6)
        let left = ItemSet(0...9).subtracting(done)
        #expect(left.text() == "0-1, 4-5, 7-9")
        #expect(shares(left, nil, 1) == [["0-1", "4-5", "7-9"]])
        #expect(shares(left, nil, 4) == [["0-1", "4-5", "7-8", "9"]])
        #expect(shares(left, 3, 2) == [["0-1", "4"], ["5", "7-8"], ["9"]])
    }

    @Test(arguments: 1...40, [1, 2, 3, 7, 50])
    func everyItemIsOnceSomebodysAndSizesDifferByOneAtMost(count: Int, workers: Int) {
        let parts = ItemPlan.split(5...count + 4, into: workers)
        #expect(parts.flatMap { Array($0) } == Array(5...count + 4))
        let sizes = parts.map(\.count)
        #expect(sizes == sizes.sorted(by: >) && sizes[0] - sizes[sizes.count - 1] <= 1)
        #expect(parts.count == min(workers, count))
    }

    @Test func sharesHaveTheirNumbers() {
        let batches = ItemPlan.batches(ItemSet(0...5), batchSize: 4, workers: 2)
        #expect(batches[1][1] == ItemShare(batch: 1, worker: 1, items: 5...5))
        #expect(batches[0][1].values["item.first"] == "2" && batches[0][1].values["item.last"] == "3")
        #expect(batches[0][1].variables.map(\.value) == ["2", "3", "2", "1", "0"])
    }
}

@Suite struct ItemRangeTests {
    @Test(arguments: [
        (nil as Int?, nil as Int?, 0...9), (-1, -1, 0...9), (3, nil, 3...9), (nil, 4, 0...4), (9, 9, 9...9),
    ]) func aMissingEndIsTheFirstOrTheLast(first: Int?, last: Int?, expected: ClosedRange<Int>) throws {
        #expect(try ItemRange(first: first, last: last).resolve(count: 10, scene: "'film'") == expected)
    }

    @Test(arguments: [
        (3, 12, 10, "Invalid range: 3-12 ('film' has 10 items)"),
        (5, 4, 10, "Invalid range: 5-4 ('film' has 10 items)"),
        (10, -1, 10, "Invalid range: 10-9 ('film' has 10 items)"),
        (-1, -1, 0, "Invalid range: 0--1 ('film' has 0 items)"),
        (0, 1, 1, "Invalid range: 0-1 ('film' has 1 item)"),
    ]) func aRangeThatIsNotThereSaysHowManyItemsThereAre(first: Int, last: Int, count: Int, words: String) {
        #expect(throws: ItemRange.Invalid.self) {
            try ItemRange(first: first, last: last).resolve(count: count, scene: "'film'")
        }
        do throws(ItemRange.Invalid) {
            _ = try ItemRange(first: first, last: last).resolve(count: count, scene: "'film'")
        } catch {
            #expect(error.description == words)
        }
    }

    @Test(arguments: [
        ("3:12", 3 as Int?, 12 as Int?), ("3:", 3, nil), (":12", nil, 12), ("-1:-1", nil, nil), ("7", 7, 7),
        (":", nil, nil),
    ]) func textsAreRead(text: String, first: Int?, last: Int?) throws {
        let range = try #require(ItemRange(text))
        #expect(range.first == first && range.last == last)
        #expect(ItemRange(range.text) == range)
    }

    @Test(arguments: ["", "a", "1:2:3", "-2:4", "1-3", "-1"]) func otherTextsAreNot(text: String) {
        #expect(ItemRange(text) == nil)
    }
}

@Suite struct ItemSetTests {
    @Test func rangesThatTouchBecomeOne() {
        var set = ItemSet()
        for range in [4...5, 0...1, 9...9, 2...3, 8...8] { set.insert(range) }
        #expect(set.text() == "0-5, 8-9" && set.count == 8)
        #expect(set.text(most: 1) == "0-5, ...")
        set.insert(3...8)
        #expect(set.ranges == [0...9])
    }

    /// Against sets of numbers, in a fixed pseudo-random order.
    @Test func arithmeticIsThatOfSets() {
        var state: UInt64 = 7
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        for _ in 0..<500 {
            var (left, right, a, b) = (ItemSet(), ItemSet(), Set<Int>(), Set<Int>())
            for _ in 0..<random(6) {
                let (first, size) = (random(30), random(6))
                left.insert(first...first + size)
                a.formUnion(first...first + size)
            }
            for _ in 0..<random(6) {
                let (first, size) = (random(30), random(6))
                right.insert(first...first + size)
                b.formUnion(first...first + size)
            }
            func numbers(_ set: ItemSet) -> [Int] { set.ranges.flatMap { Array($0) } }
            #expect(numbers(left) == a.sorted())
            #expect(numbers(left.subtracting(right)) == a.subtracting(b).sorted())
            #expect(numbers(left.intersection(right)) == a.intersection(b).sorted())
            left.formUnion(right)
            #expect(numbers(left) == a.union(b).sorted() && left.count == a.union(b).count)
        }
    }
}

@Suite struct ItemLedgerTests {
    private func ledger(
        done: ItemSet = ItemSet(), unavailable: ItemSet = ItemSet(), size: Int? = 4, workers: Int = 2
    ) -> ItemLedger {
        ItemLedger(range: 0...9, done: done, unavailable: unavailable, batchSize: size, workers: workers)
    }

    @Test func theNextBatchBeginsWhenTheOneBeforeHasEnded() {
        var ledger = ledger()
        let first = ledger.next()
        #expect(first.map(\.items) == [0...1, 2...3])
        #expect(ledger.next().isEmpty)
        ledger.end(first[0], nil)
        #expect(ledger.next().isEmpty, "a batch waits for all of the one before it")
        ledger.end(first[1], .init(items: 2...3, outcome: .failed, exitCode: 1))
        #expect(ledger.isBetweenBatches)
        #expect(ledger.next().map(\.items) == [4...5, 6...7], "a failing worker does not hold up later batches")
        #expect(ledger.done.text() == "0-1" && ledger.missing.text() == "2-9")
        #expect(!ledger.isOver)
    }

    @Test func noMoreWorkersThanWereAskedForRunAtOnce() {
        var done = ItemSet(1...1)
        done.insert(3...3)
        var ledger = ledger(done: done, size: nil)
        let first = ledger.next()
        #expect(first.map(\.items) == [0...0, 2...2])
        ledger.end(first[1], nil)
        #expect(ledger.next().map(\.items) == [4...9])
    }

    @Test func countsTellWhatWasDoneAndWhatFailed() {
        var ledger = ledger(unavailable: ItemSet(8...9))
        while case let shares = ledger.next(), !shares.isEmpty {
            for share in shares {
                ledger.end(share, share.items == 4...5 ? .init(items: 4...5, outcome: .killed, signal: 9) : nil)
            }
        }
        #expect(ledger.isOver)
        #expect(ledger.counts.done == 6 && ledger.counts.total == 10)
        #expect(ledger.counts.text == "6 of 10 items; not 4-5 (signal 9)")
        #expect(ItemCounts(json: ledger.counts.json) == ledger.counts)
    }

    @Test func whatIsAllDoneIsOverAtOnce() {
        #expect(ledger(done: ItemSet(0...20)).isOver)
        #expect(ledger(done: ItemSet(0...20)).counts.done == 10)
        #expect(ledger(unavailable: ItemSet(0...9)).isOver)
    }
}

@Suite struct ItemIdentityTests {
    private func stage(_ items: ItemSpec?) -> StageSpec {
        var stage = StageSpec(name: "s", command: .argv(["x", "{item.first}"]), produces: ["p"])
        stage.items = items
        return stage
    }

    private func key(_ items: ItemSpec?) -> String {
        StageIdentity([stage(items)]).keys(scene: Scene(name: "a", path: "/a"), point: .only)[0]
    }

    @Test func howItemsAreSharedOutMakesNoOtherProduct() {
        let plain = key(ItemSpec(count: .number(9)))
        #expect(key(ItemSpec(count: .number(9), batchSize: 2, workers: 3, files: ["{item}"])) == plain)
        #expect(key(ItemSpec(count: .number(9), range: ItemRange(first: 1, last: nil))) != plain)
        #expect(key(ItemSpec(count: .number(8))) != plain && key(nil) != plain)
    }

    @Test func aJobsKeyNeitherKnowsThem() {
        func key(_ workers: Int) -> String {
            Planner.plan(
                PlanInput(
                    sweep: "s", cluster: "local", scenes: [Scene(name: "a", path: "/a")],
                    stages: [stage(ItemSpec(count: .number(4), batchSize: workers, workers: workers))],
                    outputRoot: "/o", resources: Resources(), packing: .auto,
                    capacity: Capacity(cpus: 2, gpus: 0, timeLimit: nil, maxArraySize: 10, isLocal: true))
            ).jobs[0].key
        }
        #expect(key(1) == key(5))
    }

    @Test func aStageKeepsItsItemsInThePlan() throws {
        var whole = stage(
            ItemSpec(
                count: .command(.argv(["n", "{scene.path}"])), range: ItemRange(first: 2, last: nil), batchSize: 3,
                workers: 4, files: ["f_{item:03d}/*", "all"]))
        whole.always = true
        #expect(StageSpec(json: whole.json) == whole)
        #expect(whole.items?.patterns(of: 7).map(\.text) == ["f_007/*"])
        #expect(whole.items?.sharedPatterns.map(\.text) == ["all"])
    }
}
