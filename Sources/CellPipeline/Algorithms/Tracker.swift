/// Follows the cells of the first frame by the overlap of their bounding boxes.
package struct Tracker: Sendable {
    /// Overlap below which two regions are not the same cell.
    package let leastOverlap: Double
    private var tracks: [(id: Int, region: Region)] = []
    private var isFirst = true

    package init(leastOverlap: Double = 0.1) { self.leastOverlap = leastOverlap }

    /// Takes the regions of the next frame and gives each the id of its cell, 1 on; nil for regions that belong to no
    /// cell of the first frame. A cell that is missed once is not taken up again; a frame in which no cell is found
    /// ends all tracks.
    package mutating func next(_ regions: [Region]) -> [Int?] {
        if isFirst {
            isFirst = false
            tracks = regions.enumerated().map { ($0 + 1, $1) }
            return tracks.map(\.id)
        }
        var ids: [Int?] = regions.map { _ in nil }
        guard !tracks.isEmpty, !regions.isEmpty else {
            tracks = []
            return ids
        }
        let overlaps = tracks.map { track in regions.map { track.region.overlap(with: $0) } }
        let costs = overlaps.map { $0.map { $0 >= leastOverlap ? 1 - $0 : 1 } }
        var kept: [(id: Int, region: Region)] = []
        for (row, column) in Assignment.solve(costs).enumerated() {
            guard let column, overlaps[row][column] >= leastOverlap else { continue }
            ids[column] = tracks[row].id
            kept.append((tracks[row].id, regions[column]))
        }
        tracks = kept
        return ids
    }
}
