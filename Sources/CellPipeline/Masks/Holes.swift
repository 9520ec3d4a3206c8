/// Fills the holes of a mask: pixels not set that no 4-connected path leads from to the edge of the image.
struct HoleFilling {
    private let size: FrameSize
    private var gaps = PixelRuns()

    init(size: FrameSize) { self.size = size }

    mutating func fill(_ mask: inout [UInt8]) {
        gaps.scan(mask, size: size, value: false)
        var isOpen = [Bool](repeating: false, count: gaps.runs.count)
        for index in gaps.runs.indices where touchesEdge(gaps.runs[index]) {
            isOpen[gaps.root(of: index)] = true
        }
        for index in gaps.runs.indices where !isOpen[gaps.root(of: index)] {
            let run = gaps.runs[index]
            for x in run.start..<run.end { mask[Int(run.y) * size.width + Int(x)] = 1 }
        }
    }

    private func touchesEdge(_ run: PixelRuns.Run) -> Bool {
        run.y == 0 || run.start == 0 || Int(run.y) == size.height - 1 || Int(run.end) == size.width
    }
}
