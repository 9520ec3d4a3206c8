/// A rectangle of pixels, the last row and column excluded.
package struct BoundingBox: Equatable, Sendable {
    package var x0: Int
    package var y0: Int
    package var x1: Int
    package var y1: Int

    package init(x0: Int, y0: Int, x1: Int, y1: Int) {
        self.x0 = x0
        self.y0 = y0
        self.x1 = x1
        self.y1 = y1
    }

    var area: Int { (x1 - x0) * (y1 - y0) }

    /// Shared area divided by the area covered by either box.
    package func overlap(with other: BoundingBox) -> Double {
        let width = min(x1, other.x1) - max(x0, other.x0)
        let height = min(y1, other.y1) - max(y0, other.y0)
        guard width > 0, height > 0 else { return 0 }
        let shared = width * height
        return Double(shared) / Double(area + other.area - shared)
    }

    mutating func extend(by run: PixelRuns.Run) {
        x0 = min(x0, Int(run.start))
        y0 = min(y0, Int(run.y))
        x1 = max(x1, Int(run.end))
        y1 = max(y1, Int(run.y) + 1)
    }
}

/// The 4-connected regions of a frame's mask, in the order in which their first pixels are read.
struct Regions {
    private let size: FrameSize
    private var runs = PixelRuns()
    private var regionOfRun: [Int] = []
    private(set) var boxes: [BoundingBox] = []

    init(size: FrameSize) { self.size = size }

    mutating func find(in mask: [UInt8]) {
        runs.scan(mask, size: size, value: true)
        boxes.removeAll(keepingCapacity: true)
        regionOfRun = [Int](repeating: -1, count: runs.runs.count)
        for index in runs.runs.indices {
            let run = runs.runs[index]
            let root = runs.root(of: index)
            if root == index {
                regionOfRun[index] = boxes.count
                boxes.append(
                    BoundingBox(x0: Int(run.start), y0: Int(run.y), x1: Int(run.end), y1: Int(run.y) + 1))
            } else {
                regionOfRun[index] = regionOfRun[root]
                boxes[regionOfRun[root]].extend(by: run)
            }
        }
    }

    /// Writes a label for each region's pixels and 0 elsewhere.
    func paint(_ labelOfRegion: [UInt16], into labels: inout [UInt16]) {
        labels.withUnsafeMutableBufferPointer { pixels in
            pixels.update(repeating: 0)
            for (run, region) in zip(runs.runs, regionOfRun) where labelOfRegion[region] != 0 {
                let start = Int(run.y) * size.width
                for x in start + Int(run.start)..<start + Int(run.end) { pixels[x] = labelOfRegion[region] }
            }
        }
    }
}
