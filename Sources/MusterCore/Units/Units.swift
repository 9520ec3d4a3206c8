/// A number of bytes.
public struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number.
    public var bytes: Int64

    /// Makes a count of single bytes.
    public init(_ bytes: Int64) { self.bytes = bytes }

    /// Makes a count of 1,048,576 bytes each, Slurm's unit for `--mem`.
    public static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }

    /// The count in whole MiB, rounded up, as `sbatch --mem` takes it.
    public var mebibytesRoundedUp: Int64 { (bytes + (1 << 20) - 1) >> 20 }

    /// Reads `4096`, `512M`, `4G`, `1.5 GiB`, `2TB`. Units are powers of 1024; a plain number is MiB, as with Slurm.
    /// Nil when the text is no size, negative or too large.
    public init?(parsing text: String) {
        let compact = text.filter { $0 != " " && $0 != "_" }
        let digits = compact.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(digits), value.isFinite, value >= 0 else { return nil }
        let shift: Int
        switch compact.dropFirst(digits.count).uppercased() {
        case "", "M", "MB", "MIB": shift = 20
        case "B": shift = 0
        case "K", "KB", "KIB": shift = 10
        case "G", "GB", "GIB": shift = 30
        case "T", "TB", "TIB": shift = 40
        default: return nil
        }
        let bytes = value * Double(Int64(1) << Int64(shift))
        guard bytes < Double(Int64.max) else { return nil }
        self.bytes = Int64(bytes.rounded())
    }

    /// Three digits and a unit: `1.42 GiB`.
    public var description: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0
            ? "\(bytes) B" : "\(Decimal.text(value, digits: value < 10 ? 2 : value < 100 ? 1 : 0)) \(units[unit])"
    }

    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

/// A span of wall-clock time in whole seconds, as schedulers count it.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The seconds.
    public var seconds: Int64

    /// Makes a span.
    public init(seconds: Int64) { self.seconds = seconds }

    /// Minutes, rounded up: Slurm's grain.
    public var minutesRoundedUp: Int64 { (seconds + 59) / 60 }

    /// Reads Slurm's forms (`90` = minutes, `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM`, `D-HH:MM:SS`) and `90s`, `30m`,
    /// `2h`, `1d`, also joined (`1h30m`). Nil when the text is none of them.
    public init?(parsing text: String) {
        let trimmed = text.filter { $0 != " " }.lowercased()
        if let seconds = Self.units(trimmed) ?? Self.clock(trimmed) {
            self.seconds = seconds
        } else {
            return nil
        }
    }

    private static func units(_ text: String) -> Int64? {
        let sizes: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        var total: Int64 = 0
        var digits = ""
        var seen = false
        for character in text {
            if let size = sizes[character] {
                guard let value = Double(digits) else { return nil }
                total += Int64((value * Double(size)).rounded())
                digits = ""
                seen = true
            } else if character.isASCII, character.isNumber || character == "." {
                digits.append(character)
            } else {
                return nil
            }
        }
        return seen && digits.isEmpty ? total : nil
    }

    private static func clock(_ text: String) -> Int64? {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count <= 2, let last = halves.last else { return nil }
        let parts = last.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count <= 3, parts.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
        let numbers = parts.map { $0 ?? 0 }
        if halves.count == 2 {
            guard let days = Int64(halves[0]), days >= 0 else { return nil }
            let padded = numbers + Array(repeating: 0, count: 3 - numbers.count)
            return days * 86400 + padded[0] * 3600 + padded[1] * 60 + padded[2]
        }
        switch numbers.count {
        case 1: return numbers[0] * 60
        case 2: return numbers[0] * 60 + numbers[1]
        default: return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
        }
    }

    /// `HH:MM:SS`, with `D-` before it from one day on: the form that Slurm takes and prints.
    public var description: String {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86400)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let clock = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        return days > 0 ? "\(days)-\(clock)" : clock
    }

    public static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }
}

/// Decimal text of numbers without Foundation.
public enum Decimal {
    /// `value` with exactly `digits` places, rounded half away from zero.
    public static func text(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale: Int64 = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % scale)
        return "\(sign)\(scaled / scale).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
