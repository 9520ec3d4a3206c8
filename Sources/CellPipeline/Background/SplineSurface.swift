/// A spline through values on a grid of sites, evaluated at every pixel of a frame, one row at a time.
///
/// The surface is a product of one spline per axis, so the columns' weights are applied once per frame to each row of
/// coefficients, and a pixel costs four multiplications for the rows' weights.
struct SplineSurface {
    private let rows: SplineAxis
    private let columns: SplineAxis
    private let width: Int
    /// For each row of coefficients its spline along x, at every column.
    private var ribs: [Float]

    init(rows: SplineAxis, columns: SplineAxis) {
        self.rows = rows
        self.columns = columns
        width = columns.first.count
        ribs = [Float](repeating: 0, count: rows.siteCount * width)
    }

    /// Takes the values at the sites, row by row.
    mutating func fit(_ values: [Double]) {
        let coefficients = coefficients(of: values)
        for row in 0..<rows.siteCount {
            for x in 0..<width {
                var sum: Float = 0
                for offset in 0...columns.degree {
                    let coefficient = coefficients[row * columns.siteCount + columns.first[x] + offset]
                    sum += Float(coefficient) * columns.weights[x * (columns.degree + 1) + offset]
                }
                ribs[row * width + x] = sum
            }
        }
    }

    /// Writes the surface along row y.
    func evaluate(row y: Int, into output: UnsafeMutableBufferPointer<Float>) {
        let terms = rows.degree + 1
        ribs.withUnsafeBufferPointer { ribs in
            output.update(repeating: 0)
            for offset in 0..<terms {
                let weight = rows.weights[y * terms + offset]
                let start = (rows.first[y] + offset) * width
                for x in 0..<width { output[x] += weight * ribs[start + x] }
            }
        }
    }

    /// rows.inverse x values x transposed columns.inverse
    private func coefficients(of values: [Double]) -> [Double] {
        let (height, breadth) = (rows.siteCount, columns.siteCount)
        var half = [Double](repeating: 0, count: height * breadth)
        for i in 0..<height {
            for k in 0..<height {
                let factor = rows.inverse[i * height + k]
                for j in 0..<breadth { half[i * breadth + j] += factor * values[k * breadth + j] }
            }
        }
        var result = [Double](repeating: 0, count: height * breadth)
        for i in 0..<height {
            for j in 0..<breadth {
                var sum = 0.0
                for k in 0..<breadth { sum += half[i * breadth + k] * columns.inverse[j * breadth + k] }
                result[i * breadth + j] = sum
            }
        }
        return result
    }
}
