import Glibc

/// Paints the frames of one field of view; buffers are kept between frames.
///
/// Phase contrast: nearly even ground with faint noise, and strong fine grain inside of cells. Fluorescence: an uneven
/// ground that bleaches slowly, on it a dome of light per cell, and faint noise everywhere.
struct FrameRenderer {
    private let size: FrameSize
    private let seed: UInt64
    private let place: [Int]
    private let frames: Int
    private let groundX: [Float]
    private let groundY: [Float]
    private(set) var phaseContrast: [UInt16]
    private(set) var fluorescence: [UInt16]
    private(set) var labels: [UInt16]
    private var light: [Float]

    init(_ parameters: SimulationParameters, scene: Int, fov: Int) {
        size = parameters.size
        seed = parameters.seed
        place = [scene, fov]
        frames = parameters.frames
        let (width, height) = (Double(size.width), Double(size.height))
        groundX = (0..<size.width).map { Float(120 * sin(2.6 * Double($0) / width) + 60 * Double($0) / width) }
        groundY = (0..<size.height).map { Float(90 * cos(2.2 * Double($0) / height)) }
        phaseContrast = [UInt16](repeating: 0, count: size.count)
        fluorescence = phaseContrast
        labels = phaseContrast
        light = [Float](repeating: 0, count: size.count)
    }

    /// Paints phase contrast and labels; returns the number of pixels of each cell, 0 for those that are not there.
    mutating func paintCells(_ cells: [SimulatedCell], frame: Int) -> [Int] {
        var areas = [Int](repeating: 0, count: cells.count)
        for i in labels.indices { labels[i] = 0 }
        for (index, cell) in cells.enumerated() where cell.lifetime.contains(frame) {
            cell.forEachPixel(in: size) { pixel, _ in
                labels[pixel] = UInt16(index + 1)
                areas[index] += 1
            }
        }
        var random = RandomStream(seed: seed, place + [0, frame])
        for y in 0..<size.height {
            for x in 0..<size.width {
                let i = y * size.width + x
                let ground = 8000 + 2 * groundX[x] + groundY[y]
                phaseContrast[i] = pixelValue(ground + (labels[i] == 0 ? 60 : 900) * random.noise())
            }
        }
        return areas
    }

    /// Paints a fluorescence channel; returns the light of each cell without ground and noise, summed over its pixels.
    mutating func paintLight(_ cells: [SimulatedCell], channel: Int, frame: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: cells.count)
        for i in light.indices { light[i] = 0 }
        for (index, cell) in cells.enumerated() where cell.lifetime.contains(frame) {
            let strength = cell.kinetics[channel - 1].value(at: Double(frame))
            cell.forEachPixel(in: size) { pixel, distance in
                let value = strength * (1 - distance)
                light[pixel] = Float(value)
                sums[index] += value
            }
        }
        let bleaching = Float(0.8 + 0.2 * exp(-3 * Double(frame) / Double(frames)))
        var random = RandomStream(seed: seed, place + [channel, frame])
        for y in 0..<size.height {
            for x in 0..<size.width {
                let i = y * size.width + x
                let ground = (600 + groundX[x] + groundY[y]) * bleaching
                fluorescence[i] = pixelValue(ground + light[i] + 12 * random.noise())
            }
        }
        return sums
    }

    private func pixelValue(_ value: Float) -> UInt16 {
        UInt16(min(max(value.rounded(), 0), 65_535))
    }
}
