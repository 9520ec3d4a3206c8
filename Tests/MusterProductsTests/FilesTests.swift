import Foundation
import MusterCore
import MusterProducts
import Synchronization
import Testing

@Suite struct FilesTests {
    private let files = Product<[String]>.files("files")

    /// A step that writes `written` into its folder and names `named`.
    private func step(_ shop: Workshop, writes written: [String], names named: [String]) -> ProductStep {
        ProductStep("write", code: "1", produces: files) { inputs in
            let folder = try inputs.folder(for: files)
            for name in written {
                let url = URL(filePath: "\(folder)/\(name)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(name.utf8).write(to: url)
            }
            return named
        }
    }

    @Test func filesMoveToTheirPlaceAndScratchGoes() async throws {
        let shop = try Workshop()
        let step = step(
            shop, writes: ["mesh.h5", "parts/one.h5", "scratch/tmp", "log"], names: ["mesh.h5", "parts/one.h5"])
        let expected = ["\(shop.folder.path)/files/mesh.h5", "\(shop.folder.path)/files/parts/one.h5"]
        #expect(try await shop.runner([step]).get(files) == expected)
        #expect(try await shop.runner([step]).get(files) == expected)
        #expect(shop.told().last == "loaded files")
        #expect(shop.text("products/files/parts/one.h5") == "parts/one.h5")
        let left = FileManager.default.enumerator(atPath: "\(shop.folder.path)/files")?.compactMap { $0 as? String }
        #expect(left?.sorted() == ["mesh.h5", "parts", "parts/one.h5"])
        #expect(shop.names() == ["files", "manifest.json", "manifest.lock"])
    }

    @Test(arguments: ["missing", "../outside", "a/../../x", "folder"])
    func aFileThatIsNotThereIsAFailure(name: String) async throws {
        let shop = try Workshop()
        let runner = try await shop.runner([step(shop, writes: ["folder/x"], names: [name])])
        let error = await #expect(throws: StepFailure.self) { try await runner.get(files) }
        #expect(error?.description.contains("'files' can't be kept: ") == true)
        #expect(try shop.folder.manifest().entries.isEmpty)
    }

    @Test func aUsersOwnFileIsNeverRemoved() async throws {
        let shop = try Workshop()
        let scan = Product<String>.file("scan")
        try shop.write("scan.tif", "pixels")
        let path = "\(shop.root)/scan.tif"
        let runner = try await shop.runner([ProductStep("find", code: "1", produces: scan) { _ in path }])
        #expect(try await runner.get(scan) == path)
        #expect(try shop.folder.manifest().entries["scan"]?.files.first?.path == path)
        #expect(shop.names() == ["manifest.json", "manifest.lock"])
        try await runner.rebuild("scan")
        try await runner.invalidate("scan")
        #expect(shop.text("scan.tif") == "pixels")
        #expect(try await runner.statuses() == ["scan": .missing])
    }

    @Test func aChangedInputMakesStaleWhatIsMadeOfIt() async throws {
        let shop = try Workshop()
        let scan = Product<String>.file("scan")
        let size = Product<Int>.json("size")
        try shop.write("scan.tif", "four")
        let path = "\(shop.root)/scan.tif"
        let step = ProductStep("measure", code: "1", requires: [scan], produces: size) { inputs in
            FileManager.default.contents(atPath: try inputs[scan])?.count ?? 0
        }
        let runner = try await shop.runner([step], inputs: [ProductInput(scan, path)])
        #expect(try await runner.get(size) == 4)
        #expect(try await runner.get(size) == 4)
        #expect(shop.told() == ["building size", "built size", "cached size"])
        try shop.write("scan.tif", "seven!!")
        #expect(try await runner.statuses() == ["size": .stale])
        #expect(try await runner.get(size) == 7)
        // The same content again is no change for a later process, whenever it was written.
        try shop.write("scan.tif", "seven!!")
        #expect(try await shop.runner([step], inputs: [ProductInput(scan, path)]).statuses() == ["size": .onDisk])
        try FileManager.default.removeItem(atPath: path)
        let later = try await shop.runner([step], inputs: [ProductInput(scan, path)])
        #expect(try await later.statuses() == ["size": .stale])
        await #expect(throws: ProductError.self) { try await later.get(size) }
        await #expect(throws: ProductError.external("scan")) { try await later.build("scan") }
    }

    @Test func anInputThatChangesWhileItIsReadIsAFailure() async throws {
        let shop = try Workshop()
        let scan = Product<String>.file("scan")
        try shop.write("scan.tif", "four")
        let step = ProductStep("measure", code: "1", requires: [scan], produces: Workshop.a) { _ in
            try shop.write("scan.tif", "longer")
            return 1
        }
        let runner = try await shop.runner([step], inputs: [ProductInput(scan, "\(shop.root)/scan.tif")])
        let error = await #expect(throws: StepFailure.self) { try await runner.get(Workshop.a) }
        #expect(error?.description.contains("the input 'scan' changed while the step ran") == true)
        #expect(shop.names() == [])
    }
}
