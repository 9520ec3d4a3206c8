import Testing

@testable import CellPipeline

struct MaskTests {
    static let sizes = [(1, 1), (1, 9), (7, 1), (13, 31), (40, 33), (25, 64)].map { FrameSize(height: $0, width: $1) }

    @Test(arguments: sizes, [0, 1, 2, 3, 9, 18])
    func slidingSquaresMatchTheirDefinition(size: FrameSize, radius: Int) {
        var morphology = BoxMorphology(size: size)
        var dice = Dice(size.count + radius)
        for density in [0.03, 0.5, 0.97, 1] {
            let mask = dice.mask(size, density: density)
            var wide = mask
            morphology.dilate(&wide, radius: radius)
            #expect(wide == bySquares(mask, size, radius) { $0 > 0 })
            var thin = mask
            morphology.erode(&thin, radius: radius)
            #expect(thin == bySquares(mask, size, radius) { $0 == (2 * radius + 1) * (2 * radius + 1) })
        }
    }

    /// Applies a rule to the number of set pixels in each pixel's square; pixels outside are not set.
    private func bySquares(_ mask: [UInt8], _ size: FrameSize, _ radius: Int, _ rule: (Int) -> Bool) -> [UInt8] {
        (0..<size.count).map { i in
            var set = 0
            for y in max(0, i / size.width - radius)...min(size.height - 1, i / size.width + radius) {
                for x in max(0, i % size.width - radius)...min(size.width - 1, i % size.width + radius) {
                    set += Int(mask[y * size.width + x])
                }
            }
            return rule(set) ? 1 : 0
        }
    }

    @Test func repeatedSquaresAreOneLargerSquare() {
        let size = FrameSize(height: 40, width: 50)
        var dice = Dice(5)
        var morphology = BoxMorphology(size: size)
        let mask = dice.mask(size, density: 0.9)
        var (thrice, once) = (mask, mask)
        for _ in 0..<3 { morphology.dilate(&thrice, radius: 3) }
        morphology.dilate(&once, radius: 9)
        #expect(thrice == once)
        thrice = once
        for _ in 0..<3 { morphology.erode(&thrice, radius: 3) }
        morphology.erode(&once, radius: 9)
        #expect(thrice == once)
    }

    /// A filled rectangle.
    private func rectangle(_ box: BoundingBox, in size: FrameSize) -> [UInt8] {
        (0..<size.count).map { i in
            (box.x0..<box.x1).contains(i % size.width) && (box.y0..<box.y1).contains(i / size.width) ? 1 : 0
        }
    }

    /// Opening and closing as the segmentation does them by default.
    private func cleaned(_ mask: [UInt8], _ size: FrameSize) -> [UInt8] {
        var mask = mask
        var morphology = BoxMorphology(size: size)
        morphology.erode(&mask, radius: 9)
        morphology.dilate(&mask, radius: 18)
        morphology.erode(&mask, radius: 9)
        return mask
    }

    @Test func squaresBelowNineteenPixelsVanish() {
        let size = FrameSize(height: 60, width: 60)
        let small = rectangle(BoundingBox(x0: 20, y0: 20, x1: 38, y1: 38), in: size)
        #expect(cleaned(small, size).allSatisfy { $0 == 0 })
        let large = rectangle(BoundingBox(x0: 20, y0: 20, x1: 39, y1: 39), in: size)
        #expect(cleaned(large, size) == large)
    }

    @Test func anObjectAtTheEdgeLosesNinePixels() {
        let size = FrameSize(height: 80, width: 80)
        let atEdge = rectangle(BoundingBox(x0: 0, y0: 20, x1: 40, y1: 60), in: size)
        #expect(cleaned(atEdge, size) == rectangle(BoundingBox(x0: 9, y0: 20, x1: 40, y1: 60), in: size))
    }

    @Test(arguments: sizes)
    func holesAreWhatTheEdgeCannotReach(size: FrameSize) {
        var dice = Dice(size.count)
        var filling = HoleFilling(size: size)
        for density in [0, 0.4, 0.6, 0.8, 1] {
            let mask = dice.mask(size, density: density)
            var filled = mask
            filling.fill(&filled)
            #expect(filled == byFlood(mask, size))
        }
    }

    private func byFlood(_ mask: [UInt8], _ size: FrameSize) -> [UInt8] {
        var result = [UInt8](repeating: 1, count: size.count)
        var open = (0..<size.count).filter { i in
            let (x, y) = (i % size.width, i / size.width)
            return mask[i] == 0 && (x == 0 || y == 0 || x == size.width - 1 || y == size.height - 1)
        }
        while let i = open.popLast() {
            if result[i] == 0 { continue }
            result[i] = 0
            open += neighbours(i, size).filter { mask[$0] == 0 }
        }
        return result
    }

    private func neighbours(_ i: Int, _ size: FrameSize) -> [Int] {
        let (x, y) = (i % size.width, i / size.width)
        return [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)].compactMap { x, y in
            x >= 0 && y >= 0 && x < size.width && y < size.height ? y * size.width + x : nil
        }
    }

    @Test(arguments: sizes)
    func regionsAreNumberedInReadingOrder(size: FrameSize) {
        var dice = Dice(size.count + 1)
        var regions = Regions(size: size)
        for density in [0, 0.3, 0.5, 0.6, 0.7, 1] {
            let mask = dice.mask(size, density: density)
            regions.find(in: mask)
            var labels = [UInt16](repeating: 9, count: size.count)
            regions.paint((0..<regions.boxes.count).map { UInt16($0 + 1) }, into: &labels)
            let (expected, boxes) = byFloodLabels(mask, size)
            #expect(labels == expected)
            #expect(regions.boxes == boxes)
        }
    }

    private func byFloodLabels(_ mask: [UInt8], _ size: FrameSize) -> ([UInt16], [BoundingBox]) {
        var labels = [UInt16](repeating: 0, count: size.count)
        var boxes: [BoundingBox] = []
        for start in 0..<size.count where mask[start] == 1 && labels[start] == 0 {
            var box = BoundingBox(x0: size.width, y0: size.height, x1: 0, y1: 0)
            var open = [start]
            while let i = open.popLast() {
                if labels[i] != 0 { continue }
                labels[i] = UInt16(boxes.count + 1)
                let (x, y) = (i % size.width, i / size.width)
                box = BoundingBox(
                    x0: min(box.x0, x), y0: min(box.y0, y), x1: max(box.x1, x + 1), y1: max(box.y1, y + 1))
                open += neighbours(i, size).filter { mask[$0] == 1 }
            }
            boxes.append(box)
        }
        return (labels, boxes)
    }

    @Test func boxesOverlapByTheirSharedArea() {
        let box = BoundingBox(x0: 0, y0: 0, x1: 4, y1: 4)
        #expect(box.overlap(with: box) == 1)
        #expect(box.overlap(with: BoundingBox(x0: 2, y0: 2, x1: 6, y1: 6)) == 4.0 / 28)
        #expect(box.overlap(with: BoundingBox(x0: 4, y0: 0, x1: 8, y1: 4)) == 0)
    }
}
