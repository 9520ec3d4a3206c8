/// Follows the cells of the first frame through the frames after it.
///
/// A frame's regions are matched with the cells' regions of the frame before by the overlap of their bounding boxes,
/// so that the sum of overlaps is the largest possible. A cell without a partner is lost for good and new regions are
/// nobody's, so a frame without any region ends every track.
package struct Tracker {
    private let minimumOverlap: Double
    private var regions: Regions
    /// The box of each cell in the latest frame, by index; nil once the cell is lost.
    private var cells: [BoundingBox?]?

    package init(size: FrameSize, parameters: TrackingParameters) {
        minimumOverlap = parameters.minimumOverlap
        regions = Regions(size: size)
    }

    /// Writes the number of the cell (from 1, in reading order of frame 0) at each of its pixels and 0 elsewhere.
    package mutating func track(_ mask: [UInt8], into labels: inout [UInt16]) throws {
        regions.find(in: mask)
        guard let known = cells else {
            try start()
            regions.paint((0..<regions.boxes.count).map { UInt16($0 + 1) }, into: &labels)
            return
        }
        var numbers = [UInt16](repeating: 0, count: regions.boxes.count)
        var next = [BoundingBox?](repeating: nil, count: known.count)
        for (cell, region) in matches(of: known) {
            numbers[region] = UInt16(cell + 1)
            next[cell] = regions.boxes[region]
        }
        cells = next
        regions.paint(numbers, into: &labels)
    }

    private mutating func start() throws {
        guard regions.boxes.count <= Int(UInt16.max) else {
            throw PipelineError(
                cannot: "number", "the cells of frame 0", "\(regions.boxes.count) are more than 65535",
                hint: "raise --threshold-sigma or --opening of the segmentation")
        }
        cells = regions.boxes
    }

    private func matches(of known: [BoundingBox?]) -> [(cell: Int, region: Int)] {
        let living = known.indices.filter { known[$0] != nil }
        var overlaps: [Double] = []
        for cell in living {
            for box in regions.boxes { overlaps.append(known[cell]?.overlap(with: box) ?? 0) }
        }
        let columns = regions.boxes.count
        let costs = overlaps.map { $0 >= minimumOverlap ? 1 - $0 : 1 }
        let assigned = Assignment.solve(costs, rows: living.count, columns: columns)
        var matches: [(cell: Int, region: Int)] = []
        for (row, column) in assigned.enumerated() {
            if let column, overlaps[row * columns + column] >= minimumOverlap { matches.append((living[row], column)) }
        }
        return matches
    }
}

/// What the tracking may be told; the default is PyAMA's.
public struct TrackingParameters: Equatable, Sendable {
    /// The least overlap (shared area over covered area) of two bounding boxes that may be the same cell, above 0.
    public var minimumOverlap = 0.1

    /// The defaults.
    public init() {}

    func check() throws {
        guard minimumOverlap > 0, minimumOverlap <= 1 else {
            throw PipelineError(cannot: "use", "--min-iou", "\(minimumOverlap) is not above 0 and at most 1")
        }
    }
}
