import MusterCore
import MusterProducts
import Synchronization
import Testing

@Suite struct ProductRunnerTests {
    @Test func eventsOfAColdGetTellTheWayDownAndUp() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        #expect(try await runner.get(Workshop.d) == "d of 3")
        #expect(
            shop.told() == [
                "building d", "building c", "building a", "built a", "building b", "built b", "built c", "built d",
            ])
        #expect(try await runner.get(Workshop.d) == "d of 3")
        #expect(shop.told() == ["cached d"])
        #expect(try await shop.runner().get(Workshop.d) == "d of 3")
        #expect(shop.told() == ["loaded d"])
        #expect(shop.ran() == ["make_a", "make_b", "make_c", "make_d"])
    }

    @Test func whatIsInMemoryIsToldWhenAStepNeedsIt() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        _ = try await runner.get(Workshop.a)
        #expect(shop.told() == ["building a", "built a"])
        _ = try await runner.get(Workshop.c)
        #expect(shop.told() == ["building c", "cached a", "building b", "built b", "built c"])
    }

    @Test func aChangedParameterMakesStaleWhatIsMadeOfItAndNothingElse() async throws {
        let shop = try Workshop()
        try await shop.runner().buildAll()
        _ = shop.ran()
        let runner = try await shop.runner(y: 5)
        #expect(try await runner.statuses() == ["a": .onDisk, "b": .stale, "c": .stale, "d": .stale])
        #expect(try await runner.get(Workshop.d) == "d of 6")
        #expect(shop.ran() == ["make_b", "make_c", "make_d"])
        // The same value in another spelling is no change.
        #expect(try await shop.runner(y: .double(5)).statuses()["d"] == .onDisk)
    }

    @Test func anEditedStepMakesStaleWhatItMakes() async throws {
        let shop = try Workshop()
        try await shop.runner().buildAll()
        _ = shop.ran()
        #expect(try await shop.runner(codeOfC: "2").get(Workshop.d) == "d of 3")
        #expect(shop.ran() == ["make_c", "make_d"])
    }

    @Test func withoutIdentityNothingIsFreshAcrossProcesses() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner(hasIdentity: false)
        try await runner.buildAll()
        #expect(try await runner.statuses()["d"] == .cached)
        #expect(shop.ran().count == 4)
        let later = try await shop.runner(hasIdentity: false)
        #expect(try await later.statuses() == ["a": .stale, "b": .stale, "c": .stale, "d": .stale])
        _ = try await later.get(Workshop.d)
        #expect(shop.ran().count == 4)
        #expect(try shop.folder.manifest().entries["d"]?.key == nil)
    }

    @Test func whatInvalidatesIsAllThatIsMadeOfIt() async throws {
        let runner = try await Workshop().runner()
        #expect(try runner.whatInvalidates("a") == ["c", "d"])
        #expect(try runner.whatInvalidates("d") == [])
        #expect(runner.graph.leaves == ["d"])
    }

    @Test func invalidateForgetsOneProductOrAlsoWhatIsMadeOfIt() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        try await runner.buildAll()
        try await runner.invalidate("a")
        #expect(try await runner.statuses() == ["a": .missing, "b": .cached, "c": .cached, "d": .cached])
        #expect(shop.text("products/a/value.json") == nil)
        #expect(shop.text("products/b/value.json") == "2\n")
        try await runner.invalidate("a", downstream: true)
        #expect(try await runner.statuses() == ["a": .missing, "b": .cached, "c": .missing, "d": .missing])
        #expect(try shop.folder.manifest().entries.keys.sorted() == ["b"])
    }

    @Test func rebuildRunsAFreshStepAgain() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        try await runner.buildAll()
        _ = (shop.told(), shop.ran())
        try await runner.rebuild("c")
        #expect(shop.told() == ["building c", "cached a", "cached b", "built c"])
        #expect(try await runner.statuses()["d"] == .cached)
        try await runner.rebuild("c", downstream: true)
        #expect(try await runner.statuses()["d"] == .missing)
        #expect(shop.ran() == ["make_c", "make_c"])
    }

    @Test func anUnknownProductIsToldWithWhatThereIs() async throws {
        let runner = try await Workshop().runner()
        let error = await #expect(throws: ProductError.self) { try await runner.get(Product<Int>.json("e")) }
        #expect(error?.description == "no step produces 'e'; did you mean 'a'? Available: a, b, c, d")
        await #expect(throws: ProductError.self) { try await runner.invalidate("e") }
        let other = await #expect(throws: ProductError.self) { try await runner.get(Product<Int>.json("d")) }
        #expect(other?.description == "the values of 'd' are of type String, not Int")
    }

    @Test func severalProductsOfOneStepAreMadeAtOnce() async throws {
        let shop = try Workshop()
        let (text, bytes) = (Product<String>.json("text"), Product<[UInt8]>.bytes("bytes", file: "raw.bin"))
        let step = ProductStep("both", code: "1", produces: text, bytes) { inputs in
            inputs.note("cells", 7)
            shop.runs.withLock { $0.append("both") }
            return ("words", [1, 2, 3])
        }
        let runner = try await shop.runner([step])
        #expect(try await runner.get(bytes) == [1, 2, 3])
        #expect(shop.told() == ["building text", "building bytes", "built text", "built bytes"])
        #expect(try await runner.get(text) == "words")
        #expect(try await shop.runner([step]).get(bytes) == [1, 2, 3])
        #expect(shop.ran() == ["both"])
        let entry = try #require(try shop.folder.manifest().entries["bytes"])
        #expect(entry.files.map(\.path) == ["bytes/raw.bin"])
        #expect(entry.files[0].sha256 == SHA256.hex([1, 2, 3]))
        #expect(entry.metadata == [JSON.Member("cells", 7)])
        #expect(entry.inputs.step == "both")
    }
}
