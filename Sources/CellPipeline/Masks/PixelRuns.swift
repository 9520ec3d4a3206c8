/// The runs of equal pixels of a mask's rows, joined into 4-connected components.
///
/// One pass finds the runs of a row and joins each with those above it that share a column (union-find with path
/// halving; the earlier run is the root, so roots stand in reading order). It serves both the labelling of cells and,
/// on the pixels that are not set, the search for holes.
struct PixelRuns {
    /// Pixels `start..<end` of row `y`.
    struct Run {
        let y: Int32
        let start: Int32
        let end: Int32
    }

    private(set) var runs: [Run] = []
    private var parents: [Int32] = []

    /// Finds the components of the pixels that are set (`value` true) or not set (`value` false).
    mutating func scan(_ mask: [UInt8], size: FrameSize, value: Bool) {
        runs.removeAll(keepingCapacity: true)
        parents.removeAll(keepingCapacity: true)
        var above = 0..<0
        mask.withUnsafeBufferPointer { pixels in
            for y in 0..<size.height {
                let first = runs.count
                let row = UnsafeBufferPointer(rebasing: pixels[y * size.width..<(y + 1) * size.width])
                appendRuns(of: row, y: y, value: value)
                join(first..<runs.count, above)
                above = first..<runs.count
            }
        }
    }

    /// The index of the first run, in reading order, of the component that a run belongs to.
    mutating func root(of run: Int) -> Int {
        var current = run
        while Int(parents[current]) != current {
            parents[current] = parents[Int(parents[current])]
            current = Int(parents[current])
        }
        return current
    }

    private mutating func appendRuns(of row: UnsafeBufferPointer<UInt8>, y: Int, value: Bool) {
        var x = 0
        while x < row.count {
            while x < row.count && (row[x] != 0) != value { x += 1 }
            let start = x
            while x < row.count && (row[x] != 0) == value { x += 1 }
            if start < x {
                parents.append(Int32(runs.count))
                runs.append(Run(y: Int32(y), start: Int32(start), end: Int32(x)))
            }
        }
    }

    private mutating func join(_ row: Range<Int>, _ above: Range<Int>) {
        var upper = above.lowerBound
        for current in row {
            while upper < above.upperBound && runs[upper].end <= runs[current].start { upper += 1 }
            var touching = upper
            while touching < above.upperBound && runs[touching].start < runs[current].end {
                unite(touching, current)
                touching += 1
            }
        }
    }

    private mutating func unite(_ first: Int, _ second: Int) {
        let a = root(of: first)
        let b = root(of: second)
        if a < b { parents[b] = Int32(a) } else { parents[a] = Int32(b) }
    }
}
