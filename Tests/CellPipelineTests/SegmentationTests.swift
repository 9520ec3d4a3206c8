import Foundation
import Testing

@testable import CellPipeline

struct SegmentationTests {
    @Test(arguments: [(1, 1), (1, 5), (3, 2), (9, 14), (17, 40)], [1, 3, 5, 9])
    func logDeviationMatchesItsDefinition(shape: (Int, Int), window: Int) {
        let size = FrameSize(height: shape.0, width: shape.1)
        var dice = Dice(size.count)
        for limit in [65_536, 3, 1] {
            let frame = dice.frame(size, upTo: limit)
            var deviation = LogDeviation(size: size, window: window)
            var result = [Float](repeating: -1, count: size.count)
            deviation.compute(frame, into: &result)
            for (i, value) in result.enumerated() {
                #expect(abs(Double(value) - byDefinition(frame, size, window / 2, i)) < 2e-6)
            }
        }
    }

    private func byDefinition(_ frame: [UInt16], _ size: FrameSize, _ half: Int, _ i: Int) -> Double {
        var values: [Double] = []
        for dy in -half...half {
            for dx in -half...half {
                let y = reflect(i / size.width + dy, size.height)
                let x = reflect(i % size.width + dx, size.width)
                values.append(Double(frame[y * size.width + x]))
            }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return variance < 1e-9 ? 0 : 0.5 * log(variance)
    }

    /// Mirrors step by step, as often as needed.
    private func reflect(_ index: Int, _ count: Int) -> Int {
        var index = index
        while index < 0 || index >= count { index = index < 0 ? -1 - index : 2 * count - 1 - index }
        return index
    }

    @Test func theFastLogarithmIsAsGoodAsFloat() {
        for step in 0..<20_000 {
            let x = Float(exp(Double(step) * 0.005 - 40))
            let exact = log(Double(x))
            #expect(abs(Double(naturalLogarithm(x)) - exact) <= 3e-7 * max(1, abs(exact)))
        }
        #expect(naturalLogarithm(1) == 0)
    }

    @Test func theThresholdLiesSigmasAboveTheMode() {
        // Bins of width 1 from 0 to 200; the fullest holds the four values of 2, and its centre is 2.5.
        let values: [Float] = [0, 1, 2, 2, 2, 2, 50, 200]
        // At or below it lie 0, 1 and four times 2, with a mean of 1.5.
        let spread = (([0, 1, 2, 2, 2, 2].reduce(0) { $0 + ($1 - 1.5) * ($1 - 1.5) }) / 6.0).squareRoot()
        let threshold = HistogramThreshold(sigmas: 3).threshold(of: values)
        #expect(abs(Double(threshold) - (2.5 + 3 * spread)) < 1e-5)
        #expect(HistogramThreshold(sigmas: 0).threshold(of: values) == 2.5)
    }

    @Test func theLowestOfEquallyFullBinsIsTheMode() {
        #expect(HistogramThreshold(sigmas: 0).threshold(of: [0, 0, 7, 150, 150, 200]) == 0.5)
    }

    @Test func aFrameWithoutVariationHasNoCells() {
        let size = FrameSize(height: 40, width: 30)
        var segmenter = Segmenter(size: size, parameters: SegmentationParameters())
        var mask = [UInt8](repeating: 7, count: size.count)
        segmenter.segment([UInt16](repeating: 1000, count: size.count), into: &mask)
        #expect(mask.allSatisfy { $0 == 0 })
    }

    @Test func aTexturedSquareWithASmoothMiddleIsFoundWhole() {
        let size = FrameSize(height: 120, width: 140)
        var dice = Dice(3)
        var frame = (0..<size.count).map { _ in UInt16(1000 + dice.below(20)) }
        for y in 40..<80 {
            for x in 50..<90 where !((55..<65).contains(y) && (65..<75).contains(x)) {
                frame[y * size.width + x] = UInt16(500 + dice.below(1000))
            }
        }
        var segmenter = Segmenter(size: size, parameters: SegmentationParameters())
        var mask = [UInt8](repeating: 0, count: size.count)
        segmenter.segment(frame, into: &mask)
        var regions = Regions(size: size)
        regions.find(in: mask)
        #expect(regions.boxes.count == 1)
        // The window of 3 pixels sees the texture one pixel outside of it.
        #expect(regions.boxes.first == BoundingBox(x0: 49, y0: 39, x1: 91, y1: 81))
        #expect(mask[60 * size.width + 70] == 1)
    }

    @Test(arguments: [(2, 7, 3), (3, 8, 3), (3, 7, 0), (-1, 7, 3), (3, 0, 3)])
    func impossibleParametersAreRefused(window: Int, opening: Int, iterations: Int) {
        var parameters = SegmentationParameters()
        (parameters.window, parameters.opening, parameters.iterations) = (window, opening, iterations)
        #expect(throws: PipelineError.self) { try parameters.check() }
    }
}
