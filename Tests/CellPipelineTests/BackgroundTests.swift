import Testing

@testable import CellPipeline

struct BackgroundTests {
    @Test(arguments: [(1, 1), (100, 1), (256, 1), (257, 3), (512, 3), (513, 5), (768, 5), (2048, 15)])
    func tilesAreAsManyAsTheFormulaSays(length: Int, count: Int) {
        #expect(TileAxis(length: length, tile: 256).tiles.count == count)
    }

    @Test func edgesAreRoundedHalfToEven() {
        // Divisions 3, four steps of 2.5: edges 0, 2, 5, 8, 10.
        #expect(TileAxis(length: 10, tile: 8).tiles == [0..<5, 2..<8, 5..<10])
    }

    @Test func tilesCoverEveryLength() {
        for length in 1...600 {
            for tile in [8, 100, 256] {
                let axis = TileAxis(length: length, tile: tile)
                #expect(axis.tiles.first?.lowerBound == 0 && axis.tiles.last?.upperBound == length)
                #expect(zip(axis.tiles, axis.tiles.dropFirst()).allSatisfy { $0.upperBound >= $1.lowerBound })
                #expect(zip(axis.centres, axis.centres.dropFirst()).allSatisfy { $0 < $1 })
                #expect(axis.tiles.allSatisfy { !$0.isEmpty && $0.count <= tile + 1 })
            }
        }
    }

    @Test func tileMedianMatchesSorting() {
        let size = FrameSize(height: 20, width: 30)
        var dice = Dice(1)
        var medians = TileMedian(capacity: size.count)
        for limit in [2, 300, 70_000] {
            for density in [0, 0.5, 0.99, 1] {
                let frame = dice.frame(size, upTo: min(limit, 65_536))
                let covered = dice.mask(size, density: density)
                let (rows, columns) = (3..<3 + dice.below(17), 2..<3 + dice.below(27))
                var kept: [Double] = []
                for y in rows {
                    for x in columns where covered[y * size.width + x] == 0 {
                        kept.append(Double(frame[y * size.width + x]))
                    }
                }
                let found = medians.median(of: frame, without: covered, width: size.width, rows: rows, columns: columns)
                #expect(found == median(of: kept))
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 9])
    func aSplineGoesThroughItsSitesAndKeepsPolynomials(sites: Int) {
        let places: [Double] = (0..<sites).map { Double(3 + 10 * $0 + 2 * ($0 % 2)) }
        let length = Int(places[sites - 1]) + 5
        let axis = SplineAxis(sites: places, length: length, edges: .hold)
        #expect(axis.degree == min(3, sites - 1))
        for power in 0...axis.degree {
            func polynomial(_ x: Double) -> Double { (0..<power).reduce(1) { value, _ in value * (x / 20 - 0.7) } }
            for x in 0..<length {
                let inside = min(max(Double(x), places[0]), places[sites - 1])
                #expect(abs(evaluate(axis, places.map(polynomial), at: x) - polynomial(inside)) < 1e-4)
            }
        }
        var dice = Dice(sites)
        let values = places.map { _ in Double(dice.below(1000)) }
        for (place, value) in zip(places, values) {
            #expect(abs(evaluate(axis, values, at: Int(place)) - value) < 1e-2)
        }
    }

    private func evaluate(_ axis: SplineAxis, _ values: [Double], at x: Int) -> Double {
        let coefficients = (0..<axis.siteCount).map { i in
            values.indices.reduce(0) { $0 + axis.inverse[i * axis.siteCount + $1] * values[$1] }
        }
        return (0...axis.degree).reduce(0) { sum, offset in
            sum + Double(axis.weights[x * (axis.degree + 1) + offset]) * coefficients[axis.first[x] + offset]
        }
    }

    @Test(arguments: [2, 3, 4, 7])
    func anExtendedSplineKeepsLinesToTheEdge(sites: Int) {
        let axis = SplineAxis(sites: (0..<sites).map { 6.5 + 9 * Double($0) }, length: 80, edges: .extend)
        let values = (0..<sites).map { 2 * (6.5 + 9 * Double($0)) - 30 }
        for x in 0..<80 { #expect(abs(evaluate(axis, values, at: x) - (2 * Double(x) - 30)) < 1e-3) }
    }

    @Test(arguments: [(1, 1), (1, 600), (600, 1), (33, 17), (256, 257), (300, 520), (530, 540), (90, 600)])
    func aSlopingGroundIsTakenAwayFromAnySize(height: Int, width: Int) {
        let size = FrameSize(height: height, width: width)
        var parameters = CorrectionParameters()
        parameters.edges = .extend
        parameters.tile = 64
        let slopeX = height * width > 1 && width > 128 ? 1.0 : 0
        let frame = (0..<size.count).map { UInt16(1000 + slopeX * Double($0 % width)) }
        var correction = BackgroundCorrection(size: size, parameters: parameters)
        var result = [Float](repeating: 99, count: size.count)
        let hasGround = correction.correct(frame, cells: [UInt8](repeating: 0, count: size.count), into: &result)
        #expect(hasGround)
        #expect(result.allSatisfy { abs($0) < 0.6 })
    }

    @Test func cellsAndTheirRimDoNotCountAsGround() {
        let size = FrameSize(height: 100, width: 100)
        var frame = [UInt16](repeating: 500, count: size.count)
        var cells = [UInt8](repeating: 0, count: size.count)
        // A cell with a halo of 10 pixels, which fills most of the first tiles.
        for y in 0..<75 {
            for x in 0..<75 {
                frame[y * 100 + x] = 3000
                if y < 65 && x < 65 { cells[y * 100 + x] = 1 }
            }
        }
        var parameters = CorrectionParameters()
        parameters.tile = 32
        var correction = BackgroundCorrection(size: size, parameters: parameters)
        var result = [Float](repeating: 0, count: size.count)
        let hasGround = correction.correct(frame, cells: cells, into: &result)
        #expect(hasGround)
        #expect(abs(result[0] - 2500) < 0.01 && abs(result[99 * 100 + 99]) < 0.01)
    }

    @Test func nothingIsSubtractedWhereCellsCoverEverything() {
        let size = FrameSize(height: 30, width: 30)
        var correction = BackgroundCorrection(size: size, parameters: CorrectionParameters())
        var cells = [UInt8](repeating: 0, count: size.count)
        for i in stride(from: 0, to: size.count, by: 5) { cells[i] = 1 }
        var result = [Float](repeating: 0, count: size.count)
        let hasGround = correction.correct([UInt16](repeating: 7, count: size.count), cells: cells, into: &result)
        #expect(!hasGround)
        #expect(result.allSatisfy { $0 == 7 })
    }
}
