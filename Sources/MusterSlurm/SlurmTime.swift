/// A point in time as Slurm's programs print it.
///
/// The argument lists of this module ask for seconds since 1970 (`SLURM_TIME_FORMAT=%s`), because the usual form
/// is in the cluster's local time without saying which zone that is. A site wrapper may drop that setting; then
/// the text is kept, and nothing may be computed from it.
public enum SlurmTime: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    case epoch(Int64)
    /// The site's local time, as it was printed.
    case local(String)

    /// Nil where Slurm says that there is no such time yet (`N/A`, `Unknown`, `None`, 0).
    public init?(parsing text: some StringProtocol) {
        guard let word = Text.value(Substring(text)), word != "0", word != "INVALID" else { return nil }
        if let seconds: Int64 = Text.number(word[...]) {
            self = .epoch(seconds)
        } else {
            self = .local(word)
        }
    }

    /// Seconds since 1970, if that is what was printed.
    public var epochSeconds: Int64? {
        if case .epoch(let seconds) = self { seconds } else { nil }
    }
}

/// A time limit or a span of time in Slurm's notation.
public enum SlurmTimeLimit: Hashable, Sendable, CustomStringConvertible {
    /// Whole seconds. Slurm itself rounds limits up to whole minutes.
    case seconds(Int)
    /// No limit, also printed as `infinite`.
    case unlimited

    /// Reads what sbatch takes; a number alone is minutes, as there.
    ///
    /// That is `90`, `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM`, `D-HH:MM:SS` (sbatch(1), `--time`), or
    /// `UNLIMITED` and `infinite`. Nil for anything else, such as `NOT_SET` or `Partition_Limit`.
    public init?(parsing text: some StringProtocol) {
        let word = Text.trimmed(Substring(text))
        switch word.uppercased() {
        case "UNLIMITED", "INFINITE", "-1":
            self = .unlimited
            return
        default: break
        }
        let dayParts = Text.split(word, at: UInt8(ascii: "-"))
        guard dayParts.count <= 2 else { return nil }
        var numbers: [Int] = []
        for part in Text.split(dayParts[dayParts.count - 1], at: UInt8(ascii: ":")) {
            // Accounting prints fractions of a second in some columns; they do not matter here.
            let whole = Text.split(part, at: UInt8(ascii: "."))[0]
            guard let number: Int = Text.number(whole), number <= Self.largestNumber else { return nil }
            numbers.append(number)
        }
        guard numbers.count <= 3 else { return nil }
        if dayParts.count == 2 {
            guard let days: Int = Text.number(dayParts[0]), days <= Self.largestNumber else { return nil }
            numbers += Array(repeating: 0, count: 3 - numbers.count)
            self = .seconds(days * 86_400 + numbers[0] * 3_600 + numbers[1] * 60 + numbers[2])
        } else {
            switch numbers.count {
            case 1: self = .seconds(numbers[0] * 60)
            case 2: self = .seconds(numbers[0] * 60 + numbers[1])
            default: self = .seconds(numbers[0] * 3_600 + numbers[1] * 60 + numbers[2])
            }
        }
    }

    /// `D-HH:MM:SS` or `UNLIMITED`; what `--time` takes.
    public var description: String {
        guard case .seconds(let total) = self else { return "UNLIMITED" }
        let clock = [total % 86_400 / 3_600, total % 3_600 / 60, total % 60].map { ($0 < 10 ? "0" : "") + "\($0)" }
        return "\(total / 86_400)-" + clock.joined(separator: ":")
    }

    /// Keeps the sum of four products within 64 bits; it is more than 68 years in seconds.
    private static let largestNumber = 1 << 31
}
