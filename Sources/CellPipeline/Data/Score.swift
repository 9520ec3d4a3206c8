/// How near results come to the truth of a simulated scene.
package struct Score: Equatable, Sendable {
    /// Cells that are there, that were found, and that were found where one is.
    package var truth = 0, found = 0, matched = 0
    /// Pixels between found and true positions, over all frames of matched cells.
    package var positionError = 0.0
    /// Mean over matched cells of the correlation (Pearson) of measured and true light.
    package var correlation = 0.0

    /// Share of the true cells that were found.
    package var recall: Double { truth > 0 ? Double(matched) / Double(truth) : 1 }

    private typealias Track = [Int: (x: Double, y: Double, light: Double)]

    /// Compares all fields of view of a scene; a found cell is a true one when they begin within `radius` pixels.
    package static func compare(results: String, scene: String, radius: Double = 15) throws -> Score {
        let metadata = try Metadata.read(in: scene)
        let truth = try tracks(joinPath(scene, "truth.csv"), x: "x", y: "y", light: "intensity")
        var score = Score()
        var correlations: [Double] = []
        var errors: [Double] = []
        for fov in 0..<metadata.fovs {
            let real = truth[fov] ?? [:]
            let path = metadata.result(results, fov: fov, "traces_ch_\(metadata.fl[0]).csv")
            let found = try tracks(path, x: "position_x", y: "position_y", light: "intensity_total")[fov] ?? [:]
            score.truth += real.count
            score.found += found.count
            let (left, right) = (found.values.map { $0 }, real.values.map { $0 })
            let distances = left.map { track in right.map { distance(track, $0) } }
            for (row, column) in Assignment.solve(distances.map { $0.map { min($0, 1e6) } }).enumerated() {
                guard let column, distances[row][column] <= radius else { continue }
                score.matched += 1
                let frames = Set(left[row].keys).intersection(right[column].keys).sorted()
                let pairs = frames.compactMap { frame in
                    left[row][frame].flatMap { a in right[column][frame].map { (a, $0) } }
                }
                errors += pairs.map {
                    (($0.0.x - $0.1.x) * ($0.0.x - $0.1.x) + ($0.0.y - $0.1.y) * ($0.0.y - $0.1.y)).squareRoot()
                }
                correlations.append(pearson(pairs.map(\.0.light), pairs.map(\.1.light)))
            }
        }
        if !errors.isEmpty { score.positionError = errors.reduce(0, +) / Double(errors.count) }
        if !correlations.isEmpty { score.correlation = correlations.reduce(0, +) / Double(correlations.count) }
        return score
    }

    private static func distance(_ a: Track, _ b: Track) -> Double {
        guard let frame = Set(a.keys).intersection(b.keys).min(), let p = a[frame], let q = b[frame] else {
            return .infinity
        }
        return ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y)).squareRoot()
    }

    static func pearson(_ a: [Double], _ b: [Double]) -> Double {
        guard a.count == b.count, a.count > 1 else { return 0 }
        let (ma, mb) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - ma) * (y - mb)
            aa += (x - ma) * (x - ma)
            bb += (y - mb) * (y - mb)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
    }

    /// Tracks by field of view and cell, from a CSV with a header.
    private static func tracks(_ path: String, x: String, y: String, light: String) throws -> [Int: [Int: Track]] {
        let lines = try readText(path).split(separator: "\n")
        let names = lines.first?.split(separator: ",").map(String.init) ?? []
        let wanted = try ["fov", "cell", "frame", x, y, light].map { name in
            guard let at = names.firstIndex(of: name) else {
                throw PipelineError(cannot: "read", path, "it has no column '\(name)'")
            }
            return at
        }
        var out: [Int: [Int: Track]] = [:]
        for (number, line) in lines.enumerated().dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let values = wanted.compactMap { cells.indices.contains($0) ? Double(cells[$0]) : nil }
            guard values.count == wanted.count else {
                throw PipelineError(cannot: "read", path, "line \(number + 1) has no number where one belongs")
            }
            out[Int(values[0]), default: [:]][Int(values[1]), default: [:]][Int(values[2])] = (
                values[3], values[4], values[5]
            )
        }
        return out
    }
}
