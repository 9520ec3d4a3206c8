/// The smooth background of a fluorescence frame: medians of overlapping tiles outside of the cells, with a spline
/// through the tiles' centres.
package enum Background {
    /// The estimate for every pixel. `mask` is where cells are; it is widened by `margin` pixels first.
    ///
    /// Works for any size: with fewer than four tiles in a direction the spline's degree falls to what they determine, down
    /// to a constant. A frame without any background pixel takes the median of all of it.
    package static func estimate(_ image: Image, mask: Mask, tile: Int = 256, margin: Int = 10) -> Image {
        let cells = Morphology.dilate(mask, by: margin)
        let xs = edges(image.width, tile)
        let ys = edges(image.height, tile)
        let free = image.pixels.indices.filter { !cells.bits[$0] }
        let global = median(free.isEmpty ? image.pixels : free.map { image.pixels[$0] })
        var medians: [[Double]] = []
        for row in 0..<(ys.count - 2) {
            medians.append(
                (0..<(xs.count - 2)).map { column in
                    var values: [Double] = []
                    for y in ys[row]..<ys[row + 2] {
                        for x in xs[column]..<xs[column + 2] where !cells.bits[y * image.width + x] {
                            values.append(image.pixels[y * image.width + x])
                        }
                    }
                    return values.isEmpty ? global : median(values)
                })
        }
        return surface(medians, xs: xs, ys: ys, width: image.width, height: image.height)
    }

    /// The edges of half tiles: a tile spans two of them, its neighbour begins at its middle.
    static func edges(_ length: Int, _ tile: Int) -> [Int] {
        let divisions = max((length + tile - 1) / tile + 1, 2)
        let count = 2 * divisions - 1
        return (0..<count).map { Int((Double($0) * Double(length) / Double(count - 1)).rounded(.toNearestOrEven)) }
    }

    private static func surface(_ medians: [[Double]], xs: [Int], ys: [Int], width: Int, height: Int) -> Image {
        func centres(_ edges: [Int]) -> [Double] {
            (0..<(edges.count - 2)).map { Double(edges[$0] + edges[$0 + 2]) / 2 }
        }
        let across = Spline.weights(knots: centres(xs), at: (0..<width).map { Double($0) + 0.5 })
        let down = Spline.weights(knots: centres(ys), at: (0..<height).map { Double($0) + 0.5 })
        let rows = medians.map { row in
            across.map { weights in zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        var out = [Double](repeating: 0, count: width * height)
        for y in 0..<height {
            for (k, weight) in down[y].enumerated() where weight != 0 {
                for x in 0..<width { out[y * width + x] += weight * rows[k][x] }
            }
        }
        return Image(width: width, height: height, pixels: out)
    }

    /// The middle value, or the mean of the two middle ones.
    package static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
