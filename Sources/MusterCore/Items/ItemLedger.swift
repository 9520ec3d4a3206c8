/// What becomes of the items of one stage of one attempt: which wait, which are with workers, which are done or failed.
///
/// Values only: whoever starts the programs asks what is next and says how each has ended.
public struct ItemLedger: Sendable {
    /// The items that were asked for.
    public let range: ClosedRange<Int>
    /// Done by now, also by earlier attempts.
    public private(set) var done: ItemSet
    /// Done before this attempt.
    public let before: ItemSet
    /// Left out, since a stage that this one builds on has not made them.
    public let unavailable: ItemSet
    /// What failed, with how.
    public private(set) var failures: [ItemCounts.Failure] = []
    private let workers: Int
    private var batches: [[ItemShare]]
    private var running: Set<ItemShare> = []

    /// Shares out what is left of `range`.
    public init(range: ClosedRange<Int>, done: ItemSet, unavailable: ItemSet, batchSize: Int?, workers: Int) {
        self.range = range
        before = done.intersection(ItemSet(range))
        self.done = before
        self.unavailable = unavailable.intersection(ItemSet(range)).subtracting(before)
        self.workers = max(1, workers)
        let left = ItemSet(range).subtracting(before).subtracting(self.unavailable)
        batches = ItemPlan.batches(left, batchSize: batchSize, workers: workers)
    }

    /// The shares that can be begun now: of one batch, and no more at once than there are workers. A batch begins when the
    /// one before it has ended. They count as running from now on.
    public mutating func next() -> [ItemShare] {
        if running.isEmpty, batches.first?.isEmpty == true { batches.removeFirst() }
        guard !batches.isEmpty else { return [] }
        let shares = Array(batches[0].prefix(workers - running.count))
        batches[0].removeFirst(shares.count)
        running.formUnion(shares)
        return shares
    }

    /// Whether a batch has ended and the next one has not begun.
    public var isBetweenBatches: Bool { running.isEmpty && batches.first?.isEmpty ?? true }

    /// Takes in how a share has ended; nil for well.
    public mutating func end(_ share: ItemShare, _ failure: ItemCounts.Failure?) {
        running.remove(share)
        if let failure { failures.append(failure) } else { done.insert(share.items) }
    }

    /// Whether nothing runs and nothing is left to begin.
    public var isOver: Bool { running.isEmpty && batches.allSatisfy(\.isEmpty) }

    /// Items that were asked for and are not there.
    public var missing: ItemSet { ItemSet(range).subtracting(done) }

    /// For the stage's end.
    public var counts: ItemCounts { ItemCounts(done: done.count, total: range.count, failures: failures) }
}
