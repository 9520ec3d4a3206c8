/// Interpolation through a few knots as weights: the value at a position is a fixed combination of the knots' values.
package enum Spline {
    /// For each position the weight of each knot. `knots` ascend.
    ///
    /// From four knots on a cubic spline whose third derivative is continuous at the second and the last but one knot
    /// ("not-a-knot"; C. de Boor, A Practical Guide to Splines, ch. IV); with fewer the polynomial through all of them.
    /// Positions outside of the knots get the value at the nearest one: extrapolated cubics run away.
    package static func weights(knots: [Double], at positions: [Double]) -> [[Double]] {
        let unit = knots.indices.map { k in knots.indices.map { $0 == k ? 1.0 : 0.0 } }
        let moments = knots.count >= 4 ? unit.map { secondDerivatives(knots, $0) } : []
        return positions.map { position in
            let x = min(max(position, knots[0]), knots[knots.count - 1])
            return knots.indices.map { k in
                knots.count >= 4 ? cubic(knots, unit[k], moments[k], x) : lagrange(knots, k, x)
            }
        }
    }

    private static func lagrange(_ knots: [Double], _ k: Int, _ x: Double) -> Double {
        var product = 1.0
        for j in knots.indices where j != k { product *= (x - knots[j]) / (knots[k] - knots[j]) }
        return product
    }

    private static func cubic(_ x: [Double], _ y: [Double], _ m: [Double], _ at: Double) -> Double {
        var i = 0
        while i < x.count - 2, at > x[i + 1] { i += 1 }
        let h = x[i + 1] - x[i]
        let (a, b) = ((x[i + 1] - at) / h, (at - x[i]) / h)
        return a * y[i] + b * y[i + 1] + ((a * a * a - a) * m[i] + (b * b * b - b) * m[i + 1]) * h * h / 6
    }

    /// The second derivatives at the knots, from the continuity of the first ones and the two end conditions.
    private static func secondDerivatives(_ x: [Double], _ y: [Double]) -> [Double] {
        let n = x.count
        let h = (0..<(n - 1)).map { x[$0 + 1] - x[$0] }
        var a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        var b = [Double](repeating: 0, count: n)
        a[0][0] = h[1]
        a[0][1] = -(h[0] + h[1])
        a[0][2] = h[0]
        for i in 1..<(n - 1) {
            a[i][i - 1] = h[i - 1] / 6
            a[i][i] = (h[i - 1] + h[i]) / 3
            a[i][i + 1] = h[i] / 6
            b[i] = (y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1]
        }
        a[n - 1][n - 3] = h[n - 2]
        a[n - 1][n - 2] = -(h[n - 3] + h[n - 2])
        a[n - 1][n - 1] = h[n - 3]
        return solve(&a, &b)
    }

    /// Gauss with row exchange; the systems have a handful of unknowns.
    private static func solve(_ a: inout [[Double]], _ b: inout [Double]) -> [Double] {
        let n = b.count
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            a.swapAt(column, pivot)
            b.swapAt(column, pivot)
            for row in (column + 1)..<max(n, column + 1) {
                let factor = a[row][column] / a[column][column]
                guard factor != 0 else { continue }
                for k in column..<n { a[row][k] -= factor * a[column][k] }
                b[row] -= factor * b[column]
            }
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
            for k in (row + 1)..<max(n, row + 1) { b[row] -= a[row][k] * b[k] }
            b[row] /= a[row][row]
        }
        return b
    }
}
