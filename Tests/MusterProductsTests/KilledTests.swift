import Foundation
import MusterCore
import MusterProducts
import Testing

/// Keeps a number, but ends its process when half of it is written, if told to.
private struct Deadly: ProductStorage {
    var kills: Bool
    var type: String { "number" }

    func save(_ value: Int, in folder: String) throws -> [String] {
        let text = "number \(value)"
        try Data(text.prefix(4).utf8).write(to: URL(filePath: "\(folder)/number"))
        if kills { kill(getpid(), SIGKILL) }
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/number"))
        return ["number"]
    }

    func load(_ files: [String]) throws -> Int {
        let text = try String(contentsOfFile: files[0], encoding: .utf8)
        return Int(text.split(separator: " ").last ?? "") ?? -1
    }

    func key(of value: Int) throws -> CacheKey { CacheKey(digestOf: Array("\(value)".utf8)) }
}

/// Processes of their own, since only the kernel may say what is left of one that was killed.
@Suite struct KilledTests {
    private static func runner(_ folder: String, value: Int, kills: Bool = false) throws -> ProductRunner {
        try ProductRunner(
            folder: ProductFolder(folder),
            steps: [
                ProductStep("one", code: "1", produces: Product<Int>("n", storage: Deadly(kills: kills))) {
                    Int(try $0.parameter("value").int ?? 0)
                }
            ], parameters: ProductParameters(identity: ["value": .int(value)]))
    }

    @Test func aProcessThatIsKilledWhileItWritesLeavesTheOldProduct() async throws {
        let shop = try Workshop()
        let folder = shop.folder.path
        let product = Product<Int>("n", storage: Deadly(kills: false))
        #expect(try await Self.runner(folder, value: 1).get(product) == 1)
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            try await Self.runner(folder, value: 2, kills: true).build("n")
        }
        #expect(shop.names().filter { $0.hasPrefix(".new-") }.count == 1)
        #expect(try await Self.runner(folder, value: 1).statuses() == ["n": .onDisk])
        #expect(try await Self.runner(folder, value: 1).get(product) == 1)
        #expect(try await Self.runner(folder, value: 2).statuses() == ["n": .stale])
        #expect(try await Self.runner(folder, value: 2).get(product) == 2)
        #expect(shop.names() == ["manifest.json", "manifest.lock", "n"])
    }

    @Test func whatAnotherProcessMadeIsTakenFromDisk() async throws {
        let shop = try Workshop()
        let folder = shop.folder.path
        await #expect(processExitsWith: .success) { [folder = folder as String] in
            try await Self.runner(folder, value: 3).build("n")
        }
        #expect(try await Self.runner(folder, value: 3).statuses() == ["n": .onDisk])
        let maker = try #require(try shop.folder.manifest().entries["n"]?.maker)
        #expect(maker.host == Maker.current.host)
        #expect(maker.pid != getpid())
    }
}
