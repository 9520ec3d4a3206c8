/// Values as a few shades: from 0 to ``shades`` - 1, by size or, where they differ a hundredfold, by magnitude.
struct Scale: Equatable, Sendable {
    /// How many shades the style sheet has.
    static let shades = 8
    /// The least and the greatest value.
    var least: Double, most: Double
    /// Equal steps are equal ratios.
    var isLogarithmic: Bool

    /// Nil without any finite value.
    init?(_ values: some Sequence<Double>) {
        let known = values.filter(\.isFinite)
        guard let least = known.min(), let most = known.max() else { return nil }
        (self.least, self.most) = (least, most)
        isLogarithmic = least > 0 && most / least > 100
    }

    /// The shade of a value.
    func shade(_ value: Double) -> Int {
        guard most > least, value.isFinite else { return Self.shades / 2 }
        let share = isLogarithmic ? ratio(least, value) / ratio(least, most) : (value - least) / (most - least)
        return min(Self.shades - 1, max(0, Int(share * Double(Self.shades))))
    }

    /// How often the value doubles on the way, in fractions.
    private func ratio(_ from: Double, _ to: Double) -> Double {
        let quotient = max(to / from, 1)
        let exponent = quotient.exponent
        return Double(exponent) + quotient.significand - 1
    }
}
