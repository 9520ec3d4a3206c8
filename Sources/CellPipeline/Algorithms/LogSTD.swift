import Glibc

/// Segmentation by texture: cells are where the brightness varies over a few pixels.
package enum LogSTD {
    /// Bins of the histogram that the threshold is taken from.
    static let bins = 200

    /// The logarithm of the standard deviation in a square window around each pixel; 0 where nothing varies.
    ///
    /// The window is `2 * half + 1` wide; beyond the edge the image is mirrored with the edge pixel repeated. Means and
    /// means of squares come from sums over columns and rows, so the cost does not grow with the window.
    package static func filter(_ image: Image, half: Int = 1) -> Image {
        let mean = boxMean(image.pixels, image.width, image.height, half)
        let square = boxMean(image.pixels.map { $0 * $0 }, image.width, image.height, half)
        var out = [Double](repeating: 0, count: mean.count)
        for i in out.indices {
            let variance = square[i] - mean[i] * mean[i]
            if variance > 0 { out[i] = 0.5 * log(variance) }
        }
        return Image(width: image.width, height: image.height, pixels: out)
    }

    /// Position in 0..<count of an index beyond the edge, mirrored as d c b a | a b c d | d c b a.
    static func mirrored(_ index: Int, _ count: Int) -> Int {
        let period = 2 * count
        let wrapped = ((index % period) + period) % period
        return wrapped < count ? wrapped : period - 1 - wrapped
    }

    private static func boxMean(_ pixels: [Double], _ width: Int, _ height: Int, _ half: Int) -> [Double] {
        let size = 2 * half + 1
        var rows = [Double](repeating: 0, count: pixels.count)
        for y in 0..<height {
            let row = y * width
            var sum = 0.0
            for x in -half...half { sum += pixels[row + mirrored(x, width)] }
            for x in 0..<width {
                rows[row + x] = sum / Double(size)
                sum += pixels[row + mirrored(x + half + 1, width)] - pixels[row + mirrored(x - half, width)]
            }
        }
        var out = [Double](repeating: 0, count: pixels.count)
        var sums = [Double](repeating: 0, count: width)
        for y in -half...half {
            let row = mirrored(y, height) * width
            for x in 0..<width { sums[x] += rows[row + x] }
        }
        for y in 0..<height {
            let row = y * width
            let entering = mirrored(y + half + 1, height) * width
            let leaving = mirrored(y - half, height) * width
            for x in 0..<width {
                out[row + x] = sums[x] / Double(size)
                sums[x] += rows[entering + x] - rows[leaving + x]
            }
        }
        return out
    }

    /// The centre of the fullest bin plus `sigmas` standard deviations of the values at or below it: background is the
    /// peak, and its spread is read off the side where no cells are.
    package static func threshold(_ values: [Double], sigmas: Double = 3) -> Double {
        guard let least = values.min(), let most = values.max(), most > least else { return values.first ?? 0 }
        let width = (most - least) / Double(bins)
        var counts = [Int](repeating: 0, count: bins)
        for value in values { counts[min(bins - 1, Int((value - least) / width))] += 1 }
        let fullest = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
        let mode = least + (Double(fullest) + 0.5) * width
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for value in values where value <= mode {
            count += 1
            sum += value - mode
            squares += (value - mode) * (value - mode)
        }
        guard count > 0 else { return mode }
        let mean = sum / count
        return mode + sigmas * max(0, squares / count - mean * mean).squareRoot()
    }

    /// The mask of the cells in a frame: threshold, holes filled, then opened and closed with a square of
    /// `2 * reach + 1` pixels. Squares below that size vanish.
    package static func segment(_ image: Image, half: Int = 1, sigmas: Double = 3, reach: Int = 9) -> Mask {
        let values = filter(image, half: half)
        let limit = threshold(values.pixels, sigmas: sigmas)
        let raw = Mask(width: image.width, height: image.height, bits: values.pixels.map { $0 > limit })
        let opened = Morphology.dilate(Morphology.erode(Morphology.fillHoles(raw), by: reach), by: reach)
        return Morphology.erode(Morphology.dilate(opened, by: reach), by: reach)
    }
}
