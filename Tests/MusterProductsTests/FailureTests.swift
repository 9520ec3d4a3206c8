import MusterCore
import MusterProducts
import Synchronization
import Testing

private struct Broken: Error {}

@Suite struct FailureTests {
    private let a = Workshop.a
    private let b = Workshop.b
    private let c = Workshop.c
    private let d = Product<Int>.json("d")

    @Test func contradictionsAreFoundBeforeAnythingRuns() async throws {
        let shop = try Workshop()
        func mistake(_ steps: [ProductStep], inputs: [ProductInput] = []) async -> String? {
            await #expect(throws: ProductError.self) { try await shop.runner(steps, inputs: inputs) }?.description
        }
        let makeA = ProductStep("make_a", code: "1", produces: a) { _ in 1 }
        #expect(
            await mistake([makeA, ProductStep("again", code: "1", produces: a) { _ in 2 }])
                == "the steps 'make_a' and 'again' both produce 'a'")
        #expect(
            await mistake([
                ProductStep("one", code: "1", requires: [b], produces: a) { try $0[b] },
                ProductStep("two", code: "1", requires: [a], produces: b) { try $0[a] },
            ]) == "steps wait for each other: one -> two -> one")
        #expect(
            await mistake([ProductStep("one", code: "1", requires: [b], produces: a) { try $0[b] }])
                == "step 'one' requires 'b', which no step produces and which is no input; did you mean 'a'?")
        #expect(
            await mistake([makeA, ProductStep("make_a", code: "1", produces: b) { _ in 2 }])
                == "two steps are named 'make_a'")
        #expect(
            await mistake([
                makeA, ProductStep("two", code: "1", requires: [Product<String>.json("a")], produces: b) { _ in 2 },
            ]) == "step 'two' requires 'a' as another type than its producer makes")
        #expect(await mistake([makeA], inputs: [ProductInput(a, 1)])?.contains("'a' comes from outside and") == true)
        for name in ["", "../x", "a/b", ".hidden", "-x", "manifest.json", "ä", String(repeating: "x", count: 101)] {
            let step = ProductStep("one", code: "1", produces: Product<Int>.json(name)) { _ in 1 }
            #expect(await mistake([step])?.contains("can't be a product's name") == true)
        }
        #expect(
            await mistake([ProductStep("one", code: "1", parameters: ["x"], produces: a) { _ in 1 }])
                == "step 'one' has no parameter 'x'. Available: none")
        #expect(shop.names() == [])
    }

    @Test func aParameterThatNoKeyCanTellIsRefused() async throws {
        let shop = try Workshop()
        let error = await #expect(throws: ProductError.self) {
            try await shop.runner(x: .array([1, .double(.infinity)]))
        }
        #expect(error == .notFinite(parameter: "x[1]"))
    }

    @Test func aFailingStepLeavesNothingBehindAndTheOldProductAsItWas() async throws {
        let shop = try Workshop()
        let files = Product<[String]>.files("files")
        let fails = Mutex(false)
        let step = ProductStep("write", code: "1", produces: files) { inputs in
            let folder = try inputs.folder(for: files)
            try shop.write(String(folder.dropFirst(shop.root.count + 1)) + "/one.txt", "half")
            if fails.withLock({ $0 }) { throw Broken() }
            return ["one.txt"]
        }
        let runner = try await shop.runner([step])
        try await runner.build("files")
        let (before, manifest) = (shop.names(), try shop.folder.manifest())
        fails.withLock { $0 = true }
        _ = shop.told()
        let error = await #expect(throws: StepFailure.self) { try await runner.rebuild("files") }
        #expect(error?.underlying is Broken)
        #expect(shop.told() == ["building files", "failed files"])
        #expect(shop.names() == before)
        #expect(try shop.folder.manifest() == manifest)
        #expect(try await runner.get(files) == ["\(shop.folder.path)/files/one.txt"])
    }

    @Test func whoeverWasSaidToBuildIsSaidToHaveFailed() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner([
            ProductStep("one", code: "1", produces: a) { _ in throw Broken() },
            ProductStep("two", code: "1", requires: [a], produces: b) { try $0[a] },
        ])
        let error = await #expect(throws: StepFailure.self) { try await runner.get(b) }
        #expect(error?.step == "one")
        #expect(shop.told() == ["building b", "building a", "failed a", "failed b"])
        #expect(try await runner.statuses() == ["a": .missing, "b": .missing])
        #expect(shop.names().filter { $0.hasPrefix(".new-") } == [])
    }

    @Test func oneFailureDoesNotKeepAllFromBeingBuilt() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner([
            ProductStep("one", code: "1", produces: a) { _ in
                shop.runs.withLock { $0.append("one") }
                throw Broken()
            },
            ProductStep("two", code: "1", requires: [a], produces: b) { try $0[a] },
            ProductStep("three", code: "1", requires: [a], produces: c) { try $0[a] },
            ProductStep("four", code: "1", produces: d) { _ in 4 },
        ])
        let error = await #expect(throws: StepFailures.self) { try await runner.buildAll() }
        #expect(error?.failures.map(\.step) == ["one"])
        #expect(shop.ran() == ["one"])
        #expect(try await runner.statuses() == ["a": .missing, "b": .missing, "c": .missing, "d": .cached])
    }

    @Test func whatCouldNotBeReadBackIsNotKept() async throws {
        let shop = try Workshop()
        let value = Product<Double>.json("value")
        let runner = try await shop.runner([ProductStep("one", code: "1", produces: value) { _ in .infinity }])
        let error = await #expect(throws: StepFailure.self) { try await runner.get(value) }
        #expect(error?.description.contains("'value' can't be kept: JSON has no word") == true)
        #expect(try await runner.statuses() == ["value": .missing])
    }

    @Test func aStepGetsOnlyWhatItDeclares() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner(
            [
                ProductStep("one", code: "1", produces: a) { _ in 1 },
                ProductStep("two", code: "1", produces: b) { try $0[Workshop.a] },
                ProductStep("three", code: "1", parameters: ["x"], produces: c) {
                    Int(try $0.parameter("y").int ?? 0)
                },
            ], parameters: ProductParameters(identity: ["x": 1, "y": 2]))
        _ = try await runner.get(a)
        #expect(
            await #expect(throws: StepFailure.self) { try await runner.get(b) }?.underlying as? ProductError
                == .notDeclared(product: "a", step: "two"))
        #expect(
            await #expect(throws: StepFailure.self) { try await runner.get(c) }?.underlying as? ProductError
                == .noParameter("y", step: "three", available: ["x"]))
    }

    @Test func aStepThatAsksItsRunnerIsToldInsteadOfWaitingForEver() async throws {
        let shop = try Workshop()
        let held = Mutex<ProductRunner?>(nil)
        let runner = try await shop.runner(
            [
                ProductStep("one", code: "1", produces: a) { _ in 1 },
                ProductStep("two", code: "1", produces: b) { _ in
                    guard let runner = held.withLock({ $0 }) else { return 0 }
                    return try await runner.get(Workshop.a)
                },
            ], atOnce: 1)
        held.withLock { $0 = runner }
        let error = await #expect(throws: StepFailure.self) { try await runner.get(b) }
        #expect(error?.underlying as? ProductError == .fromStep("a"))
        held.withLock { $0 = nil }
    }
}
