import MusterCore
import Testing

/// A step of nothing but names.
private struct Named: ProducesProducts {
    var name: String
    var requires: [String]
    var produces: [String]
    init(_ name: String, _ requires: [String], _ produces: [String]) {
        (self.name, self.requires, self.produces) = (name, requires, produces)
    }
}

@Suite struct ProductGraphTests {
    /// raw -> mesh -> (velocity, pressure) -> figure; mesh -> table.
    private func graph() throws -> ProductGraph {
        try ProductGraph(
            [
                Named("draw", ["velocity"], ["figure"]), Named("solve", ["mesh"], ["velocity", "pressure"]),
                Named("count", ["mesh"], ["table"]), Named("build", ["raw"], ["mesh"]),
            ], externals: ["raw", "unused"])
    }

    @Test func stepsComeAfterWhatTheyRequireAndElseInTheirOrder() throws {
        #expect(try graph().steps.map(\.name) == ["build", "solve", "draw", "count"])
    }

    @Test func leavesAreWhatNobodyRequires() throws {
        #expect(try graph().leaves == ["figure", "pressure", "table"])
        #expect(try graph().externals == ["raw"])
        #expect(try graph().products == ["figure", "mesh", "pressure", "table", "velocity"])
    }

    @Test func whatIsMadeOfAProductIsFoundThroughAllSteps() throws {
        #expect(try graph().downstream(of: "mesh") == ["figure", "pressure", "table", "velocity"])
        #expect(try graph().downstream(of: "velocity") == ["figure"])
        #expect(try graph().downstream(of: "raw").count == 5)
        #expect(try graph().downstream(of: "table") == [])
    }

    @Test func whatAProductIsMadeOfIsFoundToo() throws {
        #expect(try graph().upstream(of: "figure") == ["mesh", "raw", "velocity"])
        #expect(try graph().upstream(of: "mesh") == ["raw"])
        #expect(try graph().upstream(of: "raw") == [])
    }

    @Test func contradictionsAreFound() {
        #expect(throws: ProductGraph.Mistake.cycle(["one", "three", "two", "one"])) {
            try ProductGraph([Named("one", ["c"], ["a"]), Named("two", ["a"], ["b"]), Named("three", ["b"], ["c"])])
        }
        #expect(throws: ProductGraph.Mistake.cycle(["one", "one"])) { try ProductGraph([Named("one", ["a"], ["a"])]) }
        #expect(throws: ProductGraph.Mistake.twoProducers(product: "a", first: "one", second: "two")) {
            try ProductGraph([Named("one", [], ["a"]), Named("two", [], ["a"])])
        }
        #expect(throws: ProductGraph.Mistake.unknownProduct("mash", stage: "one", near: "mesh")) {
            try ProductGraph([Named("one", ["mash"], ["a"])], externals: ["mesh"])
        }
    }

    @Test(arguments: ["2026-11-21T01:40:56.250Z", "1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"])
    func momentsAreReadAsTheyAreWritten(text: String) {
        #expect(Timestamp(parsing: text)?.description == text)
    }

    @Test(arguments: [
        "", "2026-11-21", "2025-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-11-21 01:40:56.250Z",
    ])
    func whatIsNoMomentIsRefused(text: String) { #expect(Timestamp(parsing: text) == nil) }
}
