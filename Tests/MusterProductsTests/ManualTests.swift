import Foundation
import MusterCore
import MusterProducts
import Testing

private struct Mesh: JSONConvertible, Equatable {
    var cells: Int
    init(cells: Int) { self.cells = cells }
    var json: JSON { .object(["cells": .int(cells)]) }
    init?(json: JSON) {
        guard let cells = json["cells"]?.int else { return nil }
        self.init(cells: Int(cells))
    }
}

/// The example of docs/products.md.
@Suite struct ManualTests {
    private func runner(_ shop: Workshop, threads: JSON) async throws -> ProductRunner {
        let scan = Product<String>.file("scan")
        let mesh = Product<Mesh>.json("mesh")
        let field = Product<[UInt8]>.bytes("field", file: "field.raw")
        let figures = Product<[String]>.files("figures")
        return try await shop.runner(
            [
                ProductStep("build", code: "1", parameters: ["cellsize"], requires: [scan], produces: mesh) { inputs in
                    let size = try inputs.parameter("cellsize").double ?? 1
                    return Mesh(cells: Int(Double(try Data(contentsOf: URL(filePath: inputs[scan])).count) / size))
                },
                ProductStep("solve", code: "3", requires: [mesh], produces: field) { inputs in
                    inputs.note("cells", .int(try inputs[mesh].cells))
                    return [UInt8](repeating: 1, count: try inputs[mesh].cells)
                },
                ProductStep("draw", code: "1", parameters: [], requires: [field], produces: figures) { inputs in
                    try Data(inputs[field]).write(to: URL(filePath: inputs.folder(for: figures) + "/overview.png"))
                    return ["overview.png"]
                },
            ], inputs: [ProductInput(scan, "\(shop.root)/scan.tif")],
            parameters: ProductParameters(
                identity: ["cellsize": .double(0.5), "viscosity": .double(1e-6)], others: ["threads": threads]))
    }

    @Test func theExampleMakesItsFiguresOnce() async throws {
        let shop = try Workshop()
        try shop.write("scan.tif", "12345")
        #expect(try await runner(shop, threads: 8).buildAll() == ["figures"])
        #expect(shop.text("products/mesh/value.json") == #"{"cells":10}"# + "\n")
        #expect(shop.text("products/figures/overview.png")?.count == 10)
        let entries = try shop.folder.manifest().entries
        #expect(entries["field"]?.metadata == [JSON.Member("cells", 10)])
        #expect(entries["mesh"]?.inputs.config == [JSON.Member("cellsize", .double(0.5))])
        #expect(entries["field"]?.inputs.config?.map(\.key) == ["cellsize", "viscosity"])
        #expect(entries["figures"]?.inputs.requires == ["field": entries["field"]?.key])
        #expect(entries["figures"]?.maker == .current)
        _ = shop.told()
        // What results do not depend on is in no key.
        let path = try await runner(shop, threads: 2).get(Product<[String]>.files("figures"))
        #expect(path == ["\(shop.folder.path)/figures/overview.png"])
        #expect(shop.told() == ["loaded figures"])
        let scan = try #require(entries["mesh"]?.inputs.requires["scan"] ?? nil)
        #expect(
            entries["mesh"]?.key
                == CacheKey(
                    step: "build", code: "1", parameters: [JSON.Member("cellsize", .double(0.5))],
                    requires: ["scan": scan]))
    }
}
