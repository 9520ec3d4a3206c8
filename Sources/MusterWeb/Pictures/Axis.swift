import MusterCore

/// Round places on an axis.
enum Axis {
    private static let steps: [Int64] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    ]

    /// Round times of day between two moments, at most nine.
    static func times(_ from: Timestamp, _ to: Timestamp) -> [Timestamp] {
        let span = to.seconds(since: from)
        var step = steps.first { Double($0) * 9 >= span } ?? 86_400
        while span / Double(step) > 9 { step *= 2 }
        let micro = step * 1_000_000
        let first = (from.microseconds / micro + (from.microseconds % micro > 0 ? 1 : 0)) * micro
        return stride(from: first, through: to.microseconds, by: Int(micro)).map { Timestamp(microseconds: $0) }
    }

    /// `14:03:20`, `14:03`, or for long spans `21. 14:03`.
    static func label(_ time: Timestamp, span: Double) -> String {
        let clock = Words.clock(time)
        if span < 600 { return clock }
        let day = time.description.dropFirst(5).prefix(5)
        return span < 86_400 ? String(clock.prefix(5)) : "\(day) \(clock.prefix(5))"
    }

    /// Zero and round values up to at least `most`, about four of them: of sizes in powers of two.
    static func values(upTo most: Double, isBinary: Bool = false) -> [Double] {
        guard most > 0, most.isFinite else { return [0, 1] }
        var unit = 1.0
        let base = isBinary ? 1024.0 : 1000.0
        while isBinary, most / unit >= base { unit *= base }
        let raw = most / unit / 4
        var power = 1.0
        while power * 10 <= raw { power *= 10 }
        while power > raw { power /= 10 }
        let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= raw } ?? 10) * power * unit
        var values = [0.0]
        while let last = values.last, last < most * 0.999 { values.append(last + step) }
        return values
    }
}
