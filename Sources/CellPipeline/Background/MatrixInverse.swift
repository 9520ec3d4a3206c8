/// The inverse of a square matrix given row by row, by Gauss-Jordan elimination with row exchange.
///
/// The matrix must be regular; a collocation matrix is, because each site lies inside of its basis function
/// (Schoenberg and Whitney).
func invert(_ matrix: [Double], order n: Int) -> [Double] {
    var left = matrix
    var right = [Double](repeating: 0, count: n * n)
    for i in 0..<n { right[i * n + i] = 1 }
    for column in 0..<n {
        var pivot = column
        for row in column..<n where abs(left[row * n + column]) > abs(left[pivot * n + column]) { pivot = row }
        for k in 0..<n where pivot != column {
            left.swapAt(pivot * n + k, column * n + k)
            right.swapAt(pivot * n + k, column * n + k)
        }
        let scale = 1 / left[column * n + column]
        for k in 0..<n {
            left[column * n + k] *= scale
            right[column * n + k] *= scale
        }
        for row in 0..<n where row != column && left[row * n + column] != 0 {
            let factor = left[row * n + column]
            for k in 0..<n {
                left[row * n + k] -= factor * left[column * n + k]
                right[row * n + k] -= factor * right[column * n + k]
            }
        }
    }
    return right
}
