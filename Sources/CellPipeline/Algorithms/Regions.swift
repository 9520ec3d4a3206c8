/// A connected region of a mask.
package struct Region: Equatable, Sendable {
    /// Indices of its pixels, ascending.
    package var pixels: [Int]
    /// Bounding box; the upper bounds are not part of it.
    package var x0: Int, y0: Int, x1: Int, y1: Int

    /// Overlap of the bounding boxes: intersection over union, 0...1.
    package func overlap(with other: Region) -> Double {
        let width = max(0, min(x1, other.x1) - max(x0, other.x0))
        let height = max(0, min(y1, other.y1) - max(y0, other.y0))
        let both = Double(width * height)
        let union = Double((x1 - x0) * (y1 - y0) + (other.x1 - other.x0) * (other.y1 - other.y0)) - both
        return union > 0 ? both / union : 0
    }
}

package enum Regions {
    /// The regions of pixels that share a side, in the order of their first pixel.
    package static func find(_ mask: Mask) -> [Region] {
        var seen = [Bool](repeating: false, count: mask.bits.count)
        var regions: [Region] = []
        var pending: [Int] = []
        for start in mask.bits.indices where mask.bits[start] && !seen[start] {
            var region = Region(pixels: [], x0: .max, y0: .max, x1: 0, y1: 0)
            seen[start] = true
            pending.append(start)
            while let at = pending.popLast() {
                let (y, x) = at.quotientAndRemainder(dividingBy: mask.width)
                region.pixels.append(at)
                (region.x0, region.x1) = (min(region.x0, x), max(region.x1, x + 1))
                (region.y0, region.y1) = (min(region.y0, y), max(region.y1, y + 1))
                for next in [
                    x > 0 ? at - 1 : at, x < mask.width - 1 ? at + 1 : at, y > 0 ? at - mask.width : at,
                    y < mask.height - 1 ? at + mask.width : at,
                ] where mask.bits[next] && !seen[next] {
                    seen[next] = true
                    pending.append(next)
                }
            }
            region.pixels.sort()
            regions.append(region)
        }
        return regions
    }
}
