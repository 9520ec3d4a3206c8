/// Some of a scene's items, by their numbers from 0: ranges that neither touch nor overlap, ascending.
///
/// What was done is kept by item and not by who did it, so that another batch size or number of workers still knows.
public struct ItemSet: Hashable, Sendable {
    /// The ranges.
    public private(set) var ranges: [ClosedRange<Int>] = []

    /// No item.
    public init() {}

    /// The items of a range.
    public init(_ range: ClosedRange<Int>) { ranges = [range] }

    /// How many items.
    public var count: Int { ranges.reduce(0) { $0 + $1.count } }
    /// Whether there is none.
    public var isEmpty: Bool { ranges.isEmpty }

    /// Whether the item is one of them.
    public func contains(_ item: Int) -> Bool { ranges.contains { $0.contains(item) } }

    /// Whether any item of the range is one of them.
    public func overlaps(_ range: ClosedRange<Int>) -> Bool { ranges.contains { $0.overlaps(range) } }

    /// Takes a range in.
    public mutating func insert(_ new: ClosedRange<Int>) {
        var (first, last) = (new.lowerBound, new.upperBound)
        var kept: [ClosedRange<Int>] = []
        for range in ranges {
            if range.upperBound < first - 1 || range.lowerBound > last + 1 {
                kept.append(range)
            } else {
                (first, last) = (min(first, range.lowerBound), max(last, range.upperBound))
            }
        }
        let place = kept.firstIndex { $0.lowerBound > last } ?? kept.endIndex
        kept.insert(first...last, at: place)
        ranges = kept
    }

    /// Takes all of another set in.
    public mutating func formUnion(_ other: ItemSet) {
        for range in other.ranges { insert(range) }
    }

    /// These without those of `other`.
    public func subtracting(_ other: ItemSet) -> ItemSet {
        var left = ItemSet()
        for range in ranges {
            var first = range.lowerBound
            for hole in other.ranges where hole.overlaps(range) {
                if hole.lowerBound > first { left.ranges.append(first...hole.lowerBound - 1) }
                first = max(first, hole.upperBound + 1)
            }
            if first <= range.upperBound { left.ranges.append(first...range.upperBound) }
        }
        return left
    }

    /// The ones that both have.
    public func intersection(_ other: ItemSet) -> ItemSet { subtracting(subtracting(other)) }

    /// `0-5, 7, 9-11`, at most `most` ranges of them.
    public func text(most: Int = .max) -> String {
        let shown = ranges.prefix(most).map(Self.text)
        return (shown + (ranges.count > most ? ["..."] : [])).joined(separator: ", ")
    }

    /// `3-12`, or `3` for a single item.
    public static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
