/// A moment in a zone.
public struct LocalTime: Hashable, Sendable {
    /// The moment.
    public var time: Timestamp
    /// Seconds that the zone is ahead of UTC then.
    public var offset: Int64

    /// Names a moment and how far the zone is ahead of UTC then, in seconds.
    public init(_ time: Timestamp, offset: Int64) {
        self.time = time
        self.offset = offset
    }

    private var civil: CivilTime {
        CivilTime(secondsSinceEpoch: time.microseconds.floorDivided(by: 1_000_000).quotient + offset)
    }

    /// `2025-10-22T14:30:52+08:00`; fractions of a second are cut.
    public var iso: String {
        let (hours, minutes) = (abs(offset) / 3600, abs(offset) / 60 % 60)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(civil.date("-"))T\(civil.clock(":"))\(offset < 0 ? "-" : "+")\(two(hours)):\(two(minutes))"
    }

    /// `20251022_143052`, for names of folders.
    public var stamp: String { "\(civil.date(""))_\(civil.clock(""))" }
}
