/// The median of those pixels of a tile that belong to the ground.
///
/// Pixels are sorted by counting, in two passes of 256 counters each: the high byte finds the bucket that holds the
/// middle, the low byte the value in it. The time is the same for every distribution of values.
struct TileMedian {
    private var values: [UInt16]
    private var count = 0

    /// `capacity` is the size of the largest tile, in pixels.
    init(capacity: Int) { values = [UInt16](repeating: 0, count: capacity + 1) }

    /// The mean of both middle values where their number is even; nil where every pixel is covered.
    mutating func median(
        of frame: [UInt16], without covered: [UInt8], width: Int, rows: Range<Int>, columns: Range<Int>
    ) -> Double? {
        gather(frame, without: covered, width: width, rows: rows, columns: columns)
        return count == 0 ? nil : middle()
    }

    private mutating func gather(
        _ frame: [UInt16], without covered: [UInt8], width: Int, rows: Range<Int>, columns: Range<Int>
    ) {
        count = values.withUnsafeMutableBufferPointer { values in
            frame.withUnsafeBufferPointer { frame in
                covered.withUnsafeBufferPointer { covered in
                    var kept = 0
                    for y in rows {
                        for i in y * width + columns.lowerBound..<y * width + columns.upperBound {
                            // Each is written; only those of the ground move the end on.
                            values[kept] = frame[i]
                            kept += 1 - Int(covered[i])
                        }
                    }
                    return kept
                }
            }
        }
    }

    private func middle() -> Double {
        values.withUnsafeBufferPointer { values in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * 256) { counters in
                counters.initialize(repeating: 0)
                let high = UnsafeMutableBufferPointer(rebasing: counters[..<256])
                countHigh(values, counters)
                let upper = bucket(high, ofRank: count / 2)
                let lower = count % 2 == 1 ? upper : bucket(high, ofRank: count / 2 - 1)
                let low = UnsafeMutableBufferPointer(rebasing: counters[256..<512])
                countLow(values, in: upper.index, low)
                let last = upper.index << 8 | bucket(low, ofRank: count / 2 - upper.before).index
                if count % 2 == 1 { return Double(last) }
                if lower.index != upper.index { countLow(values, in: lower.index, low) }
                let first = lower.index << 8 | bucket(low, ofRank: count / 2 - 1 - lower.before).index
                return Double(first + last) / 2
            }
        }
    }

    /// Counts the high bytes into the first of four tables. Neighbours are mostly alike, and one counter raised again and
    /// again would have each step wait for the one before; four tables take turns.
    private func countHigh(_ values: UnsafeBufferPointer<UInt16>, _ counters: UnsafeMutableBufferPointer<UInt32>) {
        for i in 0..<count { counters[(i & 3) << 8 | Int(values[i] >> 8)] += 1 }
        for i in 0..<256 { counters[i] += counters[256 + i] + counters[512 + i] + counters[768 + i] }
    }

    private func countLow(
        _ values: UnsafeBufferPointer<UInt16>, in high: Int, _ counters: UnsafeMutableBufferPointer<UInt32>
    ) {
        counters.update(repeating: 0)
        for i in 0..<count where Int(values[i] >> 8) == high { counters[Int(values[i] & 0xff)] += 1 }
    }

    private func bucket(_ counters: UnsafeMutableBufferPointer<UInt32>, ofRank rank: Int) -> (index: Int, before: Int) {
        var before = 0
        for index in counters.indices {
            let next = before + Int(counters[index])
            if rank < next { return (index, before) }
            before = next
        }
        preconditionFailure("a rank beyond the number of values")
    }
}

/// The median of a list; nil for an empty one.
func median(of values: [Double]) -> Double? {
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
