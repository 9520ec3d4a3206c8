/// A moment as microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The microseconds.
    public var microseconds: Int64

    /// Makes a moment.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Makes a moment of whole seconds.
    public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// Seconds from `earlier` to this moment.
    public func seconds(since earlier: Timestamp) -> Double {
        Double(microseconds - earlier.microseconds) / 1_000_000
    }

    /// UTC in ISO 8601 with milliseconds: `2026-11-21T01:40:56.250Z`.
    public var description: String {
        let (second, micro) = microseconds.floorDivided(by: 1_000_000)
        let civil = CivilTime(secondsSinceEpoch: second)
        let millis = String(1000 + micro / 1000).dropFirst()
        return "\(civil.date("-"))T\(civil.clock(":")).\(millis)Z"
    }

    /// `20261121-014056` in UTC: for names of folders.
    public var stamp: String {
        let civil = CivilTime(secondsSinceEpoch: microseconds.floorDivided(by: 1_000_000).quotient)
        return "\(civil.date(""))-\(civil.clock(""))"
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

/// A date and time of the proleptic Gregorian calendar in UTC.
public struct CivilTime: Equatable, Sendable {
    /// Parts of the date, month and day from 1.
    public var year: Int64, month: Int64, day: Int64
    /// Parts of the time of day.
    public var hour: Int64, minute: Int64, second: Int64

    /// Splits POSIX seconds. Days to date after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    public init(secondsSinceEpoch: Int64) {
        let (days, rest) = secondsSinceEpoch.floorDivided(by: 86400)
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.floorDivided(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    }

    private func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Year, month and day with `separator` between them.
    public func date(_ separator: String) -> String { "\(year)\(separator)\(two(month))\(separator)\(two(day))" }

    /// Hour, minute and second with `separator` between them.
    public func clock(_ separator: String) -> String {
        "\(two(hour))\(separator)\(two(minute))\(separator)\(two(second))"
    }
}

extension Int64 {
    /// Quotient rounded down and a remainder that is never negative.
    func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
