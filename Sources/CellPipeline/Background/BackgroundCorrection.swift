/// Estimates the ground of a fluorescence frame between the cells and subtracts it; buffers are kept between frames.
package struct BackgroundCorrection {
    private let size: FrameSize
    private let radius: Int
    private let rows: TileAxis
    private let columns: TileAxis
    private var morphology: BoxMorphology
    private var medians: TileMedian
    private var surface: SplineSurface
    private var covered: [UInt8]

    package init(size: FrameSize, parameters: CorrectionParameters) {
        self.size = size
        radius = parameters.dilation / 2
        rows = TileAxis(length: size.height, tile: parameters.tile)
        columns = TileAxis(length: size.width, tile: parameters.tile)
        morphology = BoxMorphology(size: size)
        let largest = (rows.tiles.map(\.count).max() ?? 0) * (columns.tiles.map(\.count).max() ?? 0)
        medians = TileMedian(capacity: largest)
        surface = SplineSurface(
            rows: SplineAxis(sites: rows.centres, length: size.height, edges: parameters.edges),
            columns: SplineAxis(sites: columns.centres, length: size.width, edges: parameters.edges))
        covered = [UInt8](repeating: 0, count: size.count)
    }

    /// Writes the frame less its ground; returns false where the cells cover everything and nothing is subtracted.
    package mutating func correct(_ frame: [UInt16], cells: [UInt8], into result: inout [Float]) -> Bool {
        covered.withUnsafeMutableBufferPointer { covered in
            for i in cells.indices { covered[i] = cells[i] == 0 ? 0 : 1 }
        }
        morphology.dilate(&covered, radius: radius)
        let values = tileValues(frame)
        surface.fit(values ?? [Double](repeating: 0, count: rows.tiles.count * columns.tiles.count))
        subtract(from: frame, into: &result)
        return values != nil
    }

    /// The tiles' medians row by row. A tile without ground takes the median of the other tiles'; nil where none has any.
    private mutating func tileValues(_ frame: [UInt16]) -> [Double]? {
        var values: [Double?] = []
        for row in rows.tiles {
            for column in columns.tiles {
                values.append(
                    medians.median(of: frame, without: covered, width: size.width, rows: row, columns: column))
            }
        }
        guard let common = median(of: values.compactMap { $0 }) else { return nil }
        return values.map { $0 ?? common }
    }

    private func subtract(from frame: [UInt16], into result: inout [Float]) {
        frame.withUnsafeBufferPointer { frame in
            result.withUnsafeMutableBufferPointer { result in
                for y in 0..<size.height {
                    let start = y * size.width
                    let row = UnsafeMutableBufferPointer(rebasing: result[start..<start + size.width])
                    surface.evaluate(row: y, into: row)
                    for x in row.indices { row[x] = Float(Int32(frame[start + x])) - row[x] }
                }
            }
        }
    }
}

/// What the background correction may be told; the defaults are those of PyAMA.
public struct CorrectionParameters: Equatable, Sendable {
    /// Longest side of a tile, in pixels.
    public var tile = 256
    /// Side of the square by which cells are widened before the ground is measured, in pixels, odd.
    public var dilation = 21
    /// How the background goes on beyond the outermost tile centres.
    public var edges = EdgeRule.hold

    /// The defaults.
    public init() {}

    func check() throws {
        try requireOddSize(dilation, "--dilation", limit: 999)
        guard (8...1 << 16).contains(tile) else {
            throw PipelineError(cannot: "use", "--tile", "\(tile) is not between 8 and 65536")
        }
    }
}
