/// The nearest of some names, for "did you mean".
enum NearName {
    /// Nil where nothing is near: more than a third of the letters would have to change.
    static func nearest(to name: String, in names: [String]) -> String? {
        let limit = max(1, name.utf8.count / 3)
        return names.map { ($0, distance(Array(name.utf8), Array($0.utf8))) }
            .filter { $0.1 <= limit }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// How many letters must be put in, taken out, changed, or swapped with the next one.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                var least = min(
                    last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            (before, last) = (last, next)
        }
        return last[right.count]
    }
}
