/// Optimal assignment (the Hungarian method with potentials, O(n^2 m); R. Jonker and A. Volgenant, Computing 38, 1987).
package enum Assignment {
    /// For each row the column that it gets, so that the sum of costs is least; nil where there are more rows than
    /// columns and a row gets none. All rows have the same length.
    package static func solve(_ cost: [[Double]]) -> [Int?] {
        guard let columns = cost.first?.count, columns > 0 else { return cost.map { _ in nil } }
        guard cost.count <= columns else {
            // The method wants no more rows than columns: solve the transpose and turn the answer round.
            let turned = solve((0..<columns).map { column in cost.map { $0[column] } })
            var out: [Int?] = cost.map { _ in nil }
            for (column, row) in turned.enumerated() { if let row { out[row] = column } }
            return out
        }
        let rows = cost.count
        var u = [Double](repeating: 0, count: rows + 1)
        var v = [Double](repeating: 0, count: columns + 1)
        var owner = [Int](repeating: 0, count: columns + 1)
        for row in 1...rows {
            var way = [Int](repeating: 0, count: columns + 1)
            var slack = [Double](repeating: .infinity, count: columns + 1)
            var used = [Bool](repeating: false, count: columns + 1)
            owner[0] = row
            var column = 0
            repeat {
                used[column] = true
                let current = owner[column]
                var (delta, next) = (Double.infinity, 0)
                for candidate in 1...columns where !used[candidate] {
                    let reduced = cost[current - 1][candidate - 1] - u[current] - v[candidate]
                    if reduced < slack[candidate] { (slack[candidate], way[candidate]) = (reduced, column) }
                    if slack[candidate] < delta { (delta, next) = (slack[candidate], candidate) }
                }
                for candidate in 0...columns {
                    if used[candidate] {
                        u[owner[candidate]] += delta
                        v[candidate] -= delta
                    } else {
                        slack[candidate] -= delta
                    }
                }
                column = next
            } while owner[column] != 0
            repeat {
                owner[column] = owner[way[column]]
                column = way[column]
            } while column != 0
        }
        var out: [Int?] = Array(repeating: nil, count: rows)
        for column in 1...columns where owner[column] > 0 { out[owner[column] - 1] = column - 1 }
        return out
    }
}
