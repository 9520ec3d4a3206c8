import Testing

@testable import CellPipeline

struct TrackingTests {
    @Test func assignmentIsAsCheapAsTheBestOfAll() {
        var dice = Dice(11)
        for rows in 0...5 {
            for columns in 0...5 {
                for limit in [2, 10, 1_000_000] {
                    let costs = (0..<rows * columns).map { _ in Double(dice.below(limit)) - Double(limit) / 3 }
                    let found = Assignment.solve(costs, rows: rows, columns: columns)
                    let used = found.compactMap { $0 }
                    #expect(found.count == rows && used.count == min(rows, columns) && Set(used).count == used.count)
                    let total = found.enumerated().reduce(0.0) { sum, pair in
                        sum + (pair.element.map { costs[pair.offset * columns + $0] } ?? 0)
                    }
                    #expect(abs(total - cheapest(costs, rows, columns)) < 1e-6)
                }
            }
        }
    }

    /// Tries everything: each row takes a free column, or none where rows are more than columns.
    private func cheapest(_ costs: [Double], _ rows: Int, _ columns: Int) -> Double {
        func search(_ row: Int, _ used: Set<Int>, _ skips: Int) -> Double {
            if row == rows { return 0 }
            var best = skips > 0 ? search(row + 1, used, skips - 1) : Double.infinity
            for column in 0..<columns where !used.contains(column) {
                best = min(best, costs[row * columns + column] + search(row + 1, used.union([column]), skips))
            }
            return best
        }
        return search(0, [], max(0, rows - columns))
    }

    /// Tracks frames that are given as drawings; a drawing's lines are rows, '#' is a pixel of a cell.
    private func track(_ drawings: [[String]], minimumOverlap: Double = 0.1) throws -> [[String]] {
        let size = FrameSize(height: drawings[0].count, width: drawings[0][0].count)
        var parameters = TrackingParameters()
        parameters.minimumOverlap = minimumOverlap
        var tracker = Tracker(size: size, parameters: parameters)
        return try drawings.map { drawing in
            var labels = [UInt16](repeating: 0, count: size.count)
            try tracker.track(drawing.joined().map { $0 == "#" ? 1 : 0 }, into: &labels)
            return (0..<size.height).map { y in
                labels[y * size.width..<(y + 1) * size.width].map { $0 == 0 ? "." : String($0) }.joined()
            }
        }
    }

    @Test func cellsKeepTheirNumbersWhileTheyMove() throws {
        let tracks = try track([
            ["....##", "##..##", "##...."],
            [".##...", ".##.##", "....##"],
        ])
        #expect(tracks[0] == ["....11", "22..11", "22...."])
        #expect(tracks[1] == [".22...", ".22.11", "....11"])
    }

    @Test func aNewRegionIsNobodysAndALostCellStaysLost() throws {
        let tracks = try track([
            ["##....", "##...."],
            ["##..##", "##..##"],
            ["....##", "....##"],
            ["##..##", "##..##"],
        ])
        #expect(tracks[1] == ["11....", "11...."])
        #expect(tracks[2] == ["......", "......"])
        #expect(tracks[3] == ["......", "......"])
    }

    @Test func anEmptyFrameEndsEveryTrack() throws {
        let tracks = try track([["##"], [".."], ["##"]])
        #expect(tracks == [["11"], [".."], [".."]])
    }

    @Test func theSumOfOverlapsDecidesNotTheFirstCome() throws {
        // Both cells overlap the middle region best, but only the left one has another choice.
        let tracks = try track([["####....###"], ["##.#######."]], minimumOverlap: 0.1)
        #expect(tracks[0] == ["1111....222"])
        #expect(tracks[1] == ["11.2222222."])
    }

    @Test func boxesBelowTheLimitAreNoPartners() throws {
        let drawings = [["####...."], ["...####."]]
        #expect(try track(drawings, minimumOverlap: 0.1)[1] == ["...1111."])
        #expect(try track(drawings, minimumOverlap: 0.2)[1] == ["........"])
    }

    @Test func boxesBelowTheLimitDoNotTakePartInTheSum() throws {
        func row(_ cells: [Range<Int>]) -> String {
            String((0..<61).map { x in cells.contains { $0.contains(x) } ? "#" : "." })
        }
        // Overlaps: first cell 11/36 and 5/20, second cell 15/52 and 0. The larger sum would use two below 0.3.
        let tracks = try track([[row([0..<20, 21..<61])], [row([0..<5, 9..<36])]], minimumOverlap: 0.3)
        #expect(tracks[1] == [row([9..<36]).replacing("#", with: "1")])
    }

    @Test func diagonalNeighboursAreTwoCells() throws {
        #expect(try track([["#.", ".#"]])[0] == ["1.", ".2"])
    }
}
