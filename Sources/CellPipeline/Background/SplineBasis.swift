/// B-spline basis functions by the recurrence of Cox and de Boor.
struct SplineBasis {
    let knots: [Double]
    let degree: Int

    /// The index of the first function that is not zero at x, and the values of it and the `degree` next.
    func values(at x: Double) -> (start: Int, values: [Double]) {
        let span = span(of: x)
        var values = [1.0]
        for order in stride(from: 1, through: degree, by: 1) {
            values = raise(values, to: order, at: x, span: span)
        }
        return (span - degree, values)
    }

    /// The same, where x may lie beyond the sites.
    func values(
        beyond edges: EdgeRule, at x: Double, within range: ClosedRange<Double>
    ) -> (start: Int, values: [Double]) {
        let nearest = min(max(x, range.lowerBound), range.upperBound)
        var (start, values) = values(at: nearest)
        if edges == .extend && nearest != x && degree > 0 {
            for (offset, slope) in slopes(at: nearest).enumerated() { values[offset] += (x - nearest) * slope }
        }
        return (start, values)
    }

    /// The knot interval that holds x; the last one is closed on its right.
    private func span(of x: Double) -> Int {
        let last = knots.count - degree - 2
        var span = degree
        while span < last && x >= knots[span + 1] { span += 1 }
        return span
    }

    private func raise(_ lower: [Double], to order: Int, at x: Double, span: Int) -> [Double] {
        var values = [Double](repeating: 0, count: order + 1)
        for (offset, value) in lower.enumerated() {
            let left = knots[span - order + 1 + offset]
            let right = knots[span + 1 + offset]
            let share = right > left ? (x - left) / (right - left) : 0
            values[offset] += (1 - share) * value
            values[offset + 1] += share * value
        }
        return values
    }

    private func slopes(at x: Double) -> [Double] {
        let span = span(of: x)
        var lower = [1.0]
        for order in stride(from: 1, to: degree, by: 1) {
            lower = raise(lower, to: order, at: x, span: span)
        }
        var slopes = [Double](repeating: 0, count: degree + 1)
        for (offset, value) in lower.enumerated() {
            let width = knots[span + 1 + offset] - knots[span - degree + 1 + offset]
            let change = width > 0 ? Double(degree) * value / width : 0
            slopes[offset] -= change
            slopes[offset + 1] += change
        }
        return slopes
    }
}
