/// How measured values are spread.
public struct Spread: Equatable, Sendable {
    /// How many values there are.
    public var count: Int
    /// Half of them are no larger, nine of ten are no larger, and none is larger.
    public var median: Double, ninth: Double, most: Double
    /// Their sum.
    public var sum: Double

    /// Nil without any value. Each figure is one of the values (nearest rank).
    public init?(_ values: some Sequence<Double>) {
        let sorted = values.sorted()
        guard let last = sorted.last else { return nil }
        func rank(_ share: Double) -> Double {
            sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
        }
        (count, median, ninth, most) = (sorted.count, rank(0.5), rank(0.9), last)
        sum = sorted.reduce(0, +)
    }

    /// `{"count","median","p90","max"}`.
    public var json: JSON {
        .object(["count": .int(count), "median": .double(median), "p90": .double(ninth), "max": .double(most)])
    }
}
