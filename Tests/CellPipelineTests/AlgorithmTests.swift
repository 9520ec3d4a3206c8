import CellPipeline
import Foundation
import Testing

@Suite struct AlgorithmTests {
    private func random(_ width: Int, _ height: Int, share: Double, seed: UInt64) -> Mask {
        var state = seed
        return Mask(
            width: width, height: height,
            bits: (0..<(width * height)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) / Double(UInt64(1) << 53) < share
            })
    }

    @Test(arguments: [(1, 1), (5, 3), (3, 17), (20, 20), (31, 8)]) func morphologyIsThatOfTheDefinition(
        size: (Int, Int)
    ) {
        let (width, height) = size
        for reach in [1, 2, 9] {
            let mask = random(width, height, share: 0.8, seed: UInt64(reach))
            func brute(_ keep: ([Bool]) -> Bool) -> [Bool] {
                (0..<(width * height)).map { at in
                    let (y, x) = (at / width, at % width)
                    return keep(
                        (-reach...reach).flatMap { dy in
                            (-reach...reach).map { dx in
                                let (v, u) = (y + dy, x + dx)
                                return v >= 0 && v < height && u >= 0 && u < width && mask.bits[v * width + u]
                            }
                        })
                }
            }
            #expect(Morphology.erode(mask, by: reach).bits == brute { $0.allSatisfy(\.self) })
            #expect(Morphology.dilate(mask, by: reach).bits == brute { $0.contains(true) })
        }
    }

    @Test func holesAreFilledAndBaysAreNot() {
        let rows = ["#####", "#.#.#", "#####", "#.###", "#.###"]
        let mask = Mask(width: 5, height: 5, bits: rows.joined().map { $0 == "#" })
        let filled = Morphology.fillHoles(mask)
        #expect(String(filled.bits.map { $0 ? "#" : "." }) == "#####" + "#####" + "#####" + "#.###" + "#.###")
    }

    @Test func regionsShareSidesNotCorners() {
        let mask = Mask(width: 4, height: 3, bits: "##..#.#...#.".map { $0 == "#" })
        #expect(Regions.find(mask).map(\.pixels) == [[0, 1, 4], [6, 10]])
    }

    @Test func theAssignmentIsTheCheapestOfAll() {
        var state: UInt64 = 5
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return Double(state >> 40)
        }
        func best(_ cost: [[Double]], _ row: Int, _ used: Set<Int>) -> Double {
            guard row < cost.count else { return 0 }
            return (0..<cost[0].count).filter { !used.contains($0) }
                .map { cost[row][$0] + best(cost, row + 1, used.union([$0])) }.min() ?? 0
        }
        for (rows, columns) in [(1, 1), (3, 3), (2, 5), (5, 5), (4, 6)] {
            let cost = (0..<rows).map { _ in (0..<columns).map { _ in next() } }
            let answer = Assignment.solve(cost)
            #expect(Set(answer.compactMap(\.self)).count == rows)
            var sum = 0.0
            for (row, column) in answer.enumerated() { if let column { sum += cost[row][column] } }
            #expect(abs(sum - best(cost, 0, [])) < 1e-6)
            let turned = Assignment.solve((0..<columns).map { column in cost.map { $0[column] } })
            #expect(turned.compactMap(\.self).count == rows)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 9]) func aSplineReproducesPolynomialsUpToItsDegree(count: Int) {
        let knots = (0..<count).map { Double($0 * $0) + Double($0) * 3 }
        let degree = min(3, count - 1)
        func value(_ x: Double) -> Double { (0...degree).reduce(0) { $0 + pow(x / 10, Double($1)) * Double($1 + 1) } }
        let positions = (0...20).map { knots[0] + (knots[count - 1] - knots[0]) * Double($0) / 20 }
        for (x, weights) in zip(positions, Spline.weights(knots: knots, at: positions)) {
            let found = zip(weights, knots).reduce(0) { $0 + $1.0 * value($1.1) }
            #expect(abs(found - value(x)) < 1e-6 * max(1, abs(value(x))))
        }
    }

    @Test(arguments: [(1, 1), (40, 7), (256, 256), (300, 513), (600, 100)])
    func theBackgroundOfAnySizeFollowsASlope(size: (Int, Int)) {
        let (width, height) = size
        let image = Image(
            width: width, height: height, pixels: (0..<(width * height)).map { 100 + Double($0 % width) * 0.1 })
        let empty = Mask(width: width, height: height, bits: Array(repeating: false, count: width * height))
        let background = Background.estimate(image, mask: empty)
        let middle = (height / 2) * width + width / 2
        #expect(abs(background.pixels[middle] - image.pixels[middle]) < 2)
    }

    @Test func thresholdsAreTheModePlusThreeDeviationsOfTheLowerSide() {
        #expect(LogSTD.threshold([2, 2, 2, 2]) == 2)
        let values = Array(repeating: 1.0, count: 100) + [0.0, 2.0]
        #expect(LogSTD.threshold(values) > 1)
    }

    @Test func aSceneIsFollowedFromSimulationToScore() throws {
        for (height, width) in [(160, 208), (130, 560)] {
            let folder = FileManager.default.temporaryDirectory.appending(path: "cellpipe-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var simulation = Simulation()
            (simulation.frames, simulation.height, simulation.width, simulation.cells) = (6, height, width, 3)
            try simulation.write(scene: "scene_000", number: 0, to: "\(folder)/scene_000")
            let results = "\(folder)/results"
            try Steps.copy(from: "\(folder)/scene_000", to: results)
            try Steps.segment(in: results, sigmas: 3, half: 1, reach: 9)
            try Steps.correct(in: results, tile: 256, margin: 10)
            try Steps.track(in: results, leastOverlap: 0.1)
            try Extraction.run(in: results, leastFrames: 5)
            let score = try Score.compare(results: results, scene: "\(folder)/scene_000")
            #expect(score.matched == 3)
            #expect(score.correlation > 0.95)
            #expect(score.positionError < 2)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(results)/fov_000")
            #expect(!names.contains { $0.contains("partial") })
        }
    }

    @Test(arguments: ["", "x", "\u{93}NUMPY"]) func whatIsNoStackIsRefusedWithItsName(content: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "bad-\(UUID().uuidString).npy").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(content.utf8).write(to: URL(filePath: path))
        #expect(throws: PipelineError.self) { _ = try NpyReader(path: path) }
    }
}
