import Testing

@testable import CellPipeline

struct TraceTests {
    private let metadata = SceneMetadata(
        schema: 1, baseName: "x", height: 3, width: 5, nFrames: 2, nFovs: 1, channels: .init(pc: 0, fl: [1]),
        timepointsMs: [0, 90_000])

    private func collection() -> TraceCollection {
        var collection = TraceCollection()
        let size = FrameSize(height: 3, width: 5)
        collection.measure(
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1, 0.5, 0, 0, 0],
            [0, 1, 1, 0, 2, 0, 1, 0, 2, 2, 0, 0, 0, 0, 0], size: size, frame: 0)
        collection.measure(
            [Float](repeating: 0.25, count: 15), [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0], size: size, frame: 1)
        return collection
    }

    private func table(_ change: (inout ExtractionParameters) -> Void) throws -> [Substring] {
        let folder = try TemporaryFolder()
        var parameters = ExtractionParameters()
        change(&parameters)
        let table = TraceTable(fov: 4, parameters: parameters, metadata: metadata)
        try table.write(collection(), to: folder("t.csv"))
        return try readText(folder("t.csv")).split(separator: "\n")
    }

    @Test func aRowHoldsACellInAFrame() throws {
        #expect(
            try table { $0.minimumFrames = 1 } == [
                "fov,cell,frame,time,good,position_x,position_y,area,intensity_total",
                "4,1,0,0.000000,True,1.500000,0.500000,3.000000,12.000000",
                "4,1,1,1.500000,True,0.500000,1.500000,4.000000,1.000000",
                "4,2,0,0.000000,True,3.500000,0.500000,3.000000,24.000000",
            ])
    }

    @Test func shortTracksAreLeftOut() throws {
        #expect(try table { $0.minimumFrames = 2 }.map { $0.prefix(4) } == ["fov,", "4,1,", "4,1,"])
        #expect(try table { $0.minimumFrames = 3 } == [TraceTable.header[...]])
    }

    @Test func cellsNearTheEdgeAreLeftOutOnRequest() throws {
        let rows = try table {
            $0.minimumFrames = 1
            $0.border = 1
        }
        #expect(rows.count == 1)
    }

    @Test(arguments: [
        (TimeUnit.ms, "90000.000000"), (.s, "90.000000"), (.min, "1.500000"), (.h, "0.025000"), (.frame, "1.000000"),
    ])
    func timeHasTheUnitAskedFor(unit: TimeUnit, text: String) throws {
        let rows = try table {
            $0.minimumFrames = 1
            $0.timeUnit = unit
        }
        #expect(rows[2].split(separator: ",")[3] == text)
    }

    @Test(arguments: [
        (0.0, "0.000000"), (-1.5, "-1.500000"), (2.0 / 3, "0.666667"), (1e18, "1000000000000000000.000000"),
    ])
    func numbersHaveSixDigits(value: Double, text: String) { #expect(fixed(value) == text) }
}
