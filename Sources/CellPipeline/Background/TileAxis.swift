/// One axis of the image cut into tiles that overlap by half.
///
/// With d = max(ceil(n / tile) + 1, 2) divisions there are 2d - 1 edges, evenly spaced and rounded half to even, and a
/// tile goes from an edge to the one after the next: 2d - 3 tiles. Up to one tile's length that is a single tile, up to
/// two lengths three, then five and so on. Axes too short for their edges give tiles of no length; these are left out.
package struct TileAxis: Equatable, Sendable {
    /// First and last-but-one pixel of each tile.
    package let tiles: [Range<Int>]

    package init(length: Int, tile: Int) {
        let divisions = max((length + tile - 1) / tile + 1, 2)
        let steps = 2 * divisions - 2
        let edges = (0...steps).map { step in
            Int((Double(length) * Double(step) / Double(steps)).rounded(.toNearestOrEven))
        }
        var tiles: [Range<Int>] = []
        for index in 0..<steps - 1 {
            let range = edges[index]..<edges[index + 2]
            if !range.isEmpty && range != tiles.last { tiles.append(range) }
        }
        self.tiles = tiles
    }

    /// The middle of each tile in pixel coordinates; strictly rising.
    package var centres: [Double] {
        tiles.map { Double($0.lowerBound + $0.upperBound - 1) / 2 }
    }
}
