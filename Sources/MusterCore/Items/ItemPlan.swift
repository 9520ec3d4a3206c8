/// What one worker of a stage does: a stretch of a batch.
public struct ItemShare: Hashable, Sendable {
    /// The batch's number, from 0.
    public var batch: Int
    /// The worker's number in its batch, from 0.
    public var worker: Int
    /// Its items.
    public var items: ClosedRange<Int>

    /// Names a share.
    public init(batch: Int, worker: Int, items: ClosedRange<Int>) {
        self.batch = batch
        self.worker = worker
        self.items = items
    }

    /// A share to try a command with.
    public static let example = ItemShare(batch: 0, worker: 0, items: 0...0)

    /// What commands may name: `item.first` and so on.
    public var values: [String: String] {
        [
            "item.first": String(items.lowerBound), "item.last": String(items.upperBound),
            "item.count": String(items.count), "worker": String(worker), "batch": String(batch),
        ]
    }

    /// The names that commands may use.
    public static let names = ["item.first", "item.last", "item.count", "worker", "batch"]

    /// What its program finds in its environment.
    public var variables: [(name: String, value: String)] {
        [
            ("MUSTER_ITEM_FIRST", String(items.lowerBound)), ("MUSTER_ITEM_LAST", String(items.upperBound)),
            ("MUSTER_ITEM_COUNT", String(items.count)), ("MUSTER_WORKER", String(worker)),
            ("MUSTER_BATCH", String(batch)),
        ]
    }
}

/// How the items of a stage are shared out: batches one after the other, the workers of one side by side.
public enum ItemPlan {
    /// Batches of at most `batchSize` items (nil for a single one), in order; each is shared out among at most `workers`
    /// stretches whose sizes differ by one at most, the larger ones first.
    ///
    /// Items that were done before leave gaps, which no share goes over: a batch may then have more shares than workers, of
    /// which some wait for others.
    public static func batches(_ items: ItemSet, batchSize: Int?, workers: Int) -> [[ItemShare]] {
        guard !items.isEmpty else { return [] }
        let size = max(1, batchSize ?? items.count)
        var batches: [[ClosedRange<Int>]] = [[]]
        var room = size
        for range in items.ranges {
            var first = range.lowerBound
            while first <= range.upperBound {
                if room == 0 {
                    batches.append([])
                    room = size
                }
                let last = min(range.upperBound, first + room - 1)
                batches[batches.count - 1].append(first...last)
                room -= last - first + 1
                first = last + 1
            }
        }
        return batches.enumerated().map { number, stretches in
            share(stretches, among: max(1, workers)).enumerated().map {
                ItemShare(batch: number, worker: $0.offset, items: $0.element)
            }
        }
    }

    /// Contiguous parts of a range, at most `parts`: sizes differ by one at most, larger first, none is empty.
    public static func split(_ range: ClosedRange<Int>, into parts: Int) -> [ClosedRange<Int>] {
        let count = min(max(1, parts), range.count)
        let (size, larger) = range.count.quotientAndRemainder(dividingBy: count)
        var first = range.lowerBound
        return (0..<count).map { part in
            let last = first + size - (part < larger ? 0 : 1)
            defer { first = last + 1 }
            return first...last
        }
    }

    /// Each stretch is somebody's; where there are more workers than stretches, the one with the largest parts gets more.
    private static func share(_ stretches: [ClosedRange<Int>], among workers: Int) -> [ClosedRange<Int>] {
        var parts = [Int](repeating: 1, count: stretches.count)
        func largest(_ index: Int) -> Int { (stretches[index].count + parts[index] - 1) / parts[index] }
        for _ in 0..<max(0, workers - stretches.count) {
            guard let next = stretches.indices.max(by: { largest($0) < largest($1) }), largest(next) > 1 else { break }
            parts[next] += 1
        }
        return stretches.indices.flatMap { split(stretches[$0], into: parts[$0]) }
    }
}
