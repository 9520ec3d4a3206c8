/// A cell through time: true or found.
struct CellTrack {
    struct Point {
        let x: Double
        let y: Double
        /// One per fluorescence channel.
        var intensities: [Double]
    }

    var points: [Int: Point] = [:]

    /// The mean distance over the frames that both have, in pixels; nil where they share none.
    func meanDistance(to other: CellTrack) -> Double? {
        let distances = distances(to: other)
        return distances.isEmpty ? nil : distances.reduce(0, +) / Double(distances.count)
    }

    func distances(to other: CellTrack) -> [Double] {
        points.compactMap { frame, point in
            other.points[frame].map { other in
                let (dx, dy) = (point.x - other.x, point.y - other.y)
                return (dx * dx + dy * dy).squareRoot()
            }
        }
    }

    /// Reads `truth.csv`: by field of view, then by cell in order of number.
    static func readTruth(_ scene: String, channels: [Int]) throws -> [Int: [CellTrack]] {
        let table = try CSVTable(path: joinPath(scene, Truth.tableName))
        let names = ["fov", "cell", "frame", "position_x", "position_y"] + channels.map { "intensity_ch_\($0)" }
        var fields: [Int: [Int: CellTrack]] = [:]
        for row in try table.rows(names) {
            let point = Point(x: row[3], y: row[4], intensities: Array(row[5...]))
            fields[Int(row[0]), default: [:]][Int(row[1]), default: CellTrack()].points[Int(row[2])] = point
        }
        return fields.mapValues(inOrder)
    }

    /// Reads the traces of one field of view, one file per channel; positions are those of the first.
    static func readTraces(_ paths: [String]) throws -> [CellTrack] {
        var cells: [Int: CellTrack] = [:]
        for (channel, path) in paths.enumerated() {
            for row in try CSVTable(path: path).rows(["cell", "frame", "position_x", "position_y", "intensity_total"]) {
                let (cell, frame) = (Int(row[0]), Int(row[1]))
                if channel == 0 {
                    cells[cell, default: CellTrack()].points[frame] = Point(x: row[2], y: row[3], intensities: [])
                }
                cells[cell]?.points[frame]?.intensities.append(row[4])
            }
        }
        return inOrder(cells)
    }

    private static func inOrder(_ cells: [Int: CellTrack]) -> [CellTrack] {
        cells.sorted { $0.key < $1.key }.map(\.value)
    }
}
