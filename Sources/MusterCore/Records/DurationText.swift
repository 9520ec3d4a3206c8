/// Durations as My3DIS's records have them.
public enum DurationText {
    /// `MM:SS`, from one hour on `HH:MM:SS`. Halves of a second go to the even second; what is negative is 0.
    public static func text(microseconds: Int64) -> String {
        let (whole, rest) = max(0, microseconds).quotientAndRemainder(dividingBy: 1_000_000)
        let seconds = whole + (rest > 500_000 || rest == 500_000 && whole % 2 == 1 ? 1 : 0)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let short = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return seconds < 3600 ? short : "\(two(seconds / 3600)):\(short)"
    }

    /// Seconds with milliseconds; what is negative is 0.
    public static func seconds(microseconds: Int64) -> Double { rounded(Double(max(0, microseconds)) / 1_000_000) }

    /// Three decimals.
    static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
