/// The assignment of rows to columns with the lowest total cost.
///
/// Kuhn's Hungarian method with potentials, in the form of Jonker and Volgenant's shortest augmenting paths: rows are
/// added one by one, each along the cheapest path to a free column. O(rows^2 x columns).
package enum Assignment {
    /// For each row its column; nil for the rows left over where there are more rows than columns.
    ///
    /// `costs` lie row by row and are finite.
    package static func solve(_ costs: [Double], rows: Int, columns: Int) -> [Int?] {
        if rows == 0 || columns == 0 { return [Int?](repeating: nil, count: rows) }
        if rows > columns { return inverted(costs, rows: rows, columns: columns) }
        var solver = Solver(costs: costs, rows: rows, columns: columns)
        for row in 0..<rows { solver.augment(from: row) }
        var result = [Int?](repeating: nil, count: rows)
        for (column, row) in solver.rowOf.enumerated() where row >= 0 { result[row] = column }
        return result
    }

    /// Solves the transposed problem, so that there are never more rows than columns.
    private static func inverted(_ costs: [Double], rows: Int, columns: Int) -> [Int?] {
        var turned = [Double](repeating: 0, count: costs.count)
        for row in 0..<rows {
            for column in 0..<columns { turned[column * rows + row] = costs[row * columns + column] }
        }
        var result = [Int?](repeating: nil, count: rows)
        for (column, row) in solve(turned, rows: columns, columns: rows).enumerated() {
            if let row { result[row] = column }
        }
        return result
    }
}

private struct Solver {
    private let costs: [Double]
    private let columns: Int
    private var rowPotential: [Double]
    private var columnPotential: [Double]
    /// The row that holds each column, or -1.
    private(set) var rowOf: [Int]

    init(costs: [Double], rows: Int, columns: Int) {
        self.costs = costs
        self.columns = columns
        rowPotential = [Double](repeating: 0, count: rows)
        columnPotential = [Double](repeating: 0, count: columns)
        rowOf = [Int](repeating: -1, count: columns)
    }

    /// Finds the shortest path from a new row to a free column and moves the rows along it.
    mutating func augment(from row: Int) {
        var distance = [Double](repeating: .infinity, count: columns)
        var previous = [Int](repeating: -1, count: columns)
        var isSettled = [Bool](repeating: false, count: columns)
        var settled: [Int] = []
        var current = row
        var reached = 0.0
        var arrivedBy = -1
        while true {
            var nearest = -1
            for column in 0..<columns where !isSettled[column] {
                let reduced = costs[current * columns + column] - rowPotential[current] - columnPotential[column]
                if reached + reduced < distance[column] {
                    distance[column] = reached + reduced
                    previous[column] = arrivedBy
                }
                if nearest < 0 || distance[column] < distance[nearest] { nearest = column }
            }
            reached = distance[nearest]
            isSettled[nearest] = true
            if rowOf[nearest] < 0 {
                adjustPotentials(row, settled, distance, reached)
                shift(along: previous, to: nearest, newRow: row)
                return
            }
            settled.append(nearest)
            current = rowOf[nearest]
            arrivedBy = nearest
        }
    }

    private mutating func adjustPotentials(_ row: Int, _ settled: [Int], _ distance: [Double], _ reached: Double) {
        rowPotential[row] += reached
        for column in settled {
            rowPotential[rowOf[column]] += reached - distance[column]
            columnPotential[column] -= reached - distance[column]
        }
    }

    private mutating func shift(along previous: [Int], to end: Int, newRow: Int) {
        var column = end
        while previous[column] >= 0 {
            rowOf[column] = rowOf[previous[column]]
            column = previous[column]
        }
        rowOf[column] = newRow
    }
}
