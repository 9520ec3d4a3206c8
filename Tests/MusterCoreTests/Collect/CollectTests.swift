import MusterCore
import Testing

/// What of results comes home, and how it travels.
@Suite struct CollectTests {
    @Test func listsOfAgentsAreReadWithoutWhatWouldLieElsewhere() throws {
        let list = try JSON(
            parsing: """
                [["d",16877,0,0],["d/a",33188,4,17,"ab"],["link",41471,3,0],["../x",33188,1,1],["/y",33188,1,1],["b",33188,2,5]]
                """)
        #expect(
            ResultFile.list(list) == [
                ResultFile(path: "d/a", size: 4, changed: 17, sum: "ab"), ResultFile(path: "b", size: 2, changed: 5),
            ])
        #expect(ResultFile.list(try JSON(parsing: "[[1]]")) == nil)
        #expect(ResultFile.list(.object([])) == nil)
    }

    @Test(arguments: ["", "/a", "a/../b", "a//b", "./a", "a/", "a\0b"]) func pathsThatLeadElsewhere(path: String) {
        #expect(!ResultFile.isInside(path))
    }

    /// `there`'s sum, `here` as size, sum, whether its time is the same; decisions without and with force.
    @Test(
        arguments: [
            ("x", nil, HomeFile.Decision.fetch, HomeFile.Decision.fetch),
            ("x", (5, "x", false), .unchanged, .unchanged),
            ("x", (5, "y", true), .differs, .fetch),
            ("x", (5, nil, true), .look, .look),
            ("x", (4, "x", true), .differs, .fetch),
            (nil, (5, "y", true), .unchanged, .unchanged),
            (nil, (5, "y", false), .differs, .fetch),
            (nil, nil, .fetch, .fetch),
        ] as [(String?, (Int64, String?, Bool)?, HomeFile.Decision, HomeFile.Decision)])
    func decisions(
        there: String?, here: (Int64, String?, Bool)?, kept: HomeFile.Decision, forced: HomeFile.Decision
    ) {
        let file = ResultFile(path: "a", size: 5, changed: 7, sum: there)
        let home = here.map { HomeFile(size: $0.0, changed: $0.2 ? 7 : 8, sum: $0.1) }
        #expect(HomeFile.decide(file, here: home, force: false) == kept)
        #expect(HomeFile.decide(file, here: home, force: true) == forced)
    }

    @Test func filesAreWantedByNameByPathByProductAndAsAssets() throws {
        var stage = StageSpec(name: "train", command: .shell("x"))
        stage.files = [
            "model": [try #require(PathPattern("models/*.bin"))], "logs": [try #require(PathPattern("logs"))],
        ]
        func wanted(_ change: (inout CollectSpec) -> Void, summaries: [String] = [], assets: Set<String> = [])
            -> [String]
        {
            var spec = CollectSpec()
            change(&spec)
            let filter = ResultFilter(spec, summaries: summaries, stages: [stage], assets: assets)
            return ["t.csv", "deep/t.csv", "models/a.bin", "logs/x/y", "fig/one.png", "metrics.jsonl"].filter(
                filter.wants)
        }
        #expect(wanted { _ in } == ["t.csv", "deep/t.csv", "metrics.jsonl"])
        #expect(wanted({ _ in }, summaries: ["deep/*.csv"]) == ["deep/t.csv", "metrics.jsonl"])
        #expect(wanted({ _ in }, summaries: ["none"], assets: ["fig"]) == ["fig/one.png", "metrics.jsonl"])
        #expect(wanted { $0.files = .all }.count == 6)
        #expect(wanted { $0.files = .globs(["*.bin"]) } == ["models/a.bin"])
        #expect(wanted({ $0.files = .globs(["none"]) }, assets: ["fig"]).isEmpty)
        #expect(
            wanted({ $0.stages = ["train"] }, summaries: ["none"]) == ["models/a.bin", "logs/x/y", "metrics.jsonl"])
        #expect(wanted({ $0.products = ["logs"] }, summaries: ["none"]) == ["logs/x/y", "metrics.jsonl"])
    }

    @Test func smallFilesTravelTogetherAndLargeOnesInParts() {
        let sizes: [Int64] = [10, 20, 200, 30, 40, 5]
        let batches = TransferBatches.make(sizes, chunk: 100, mostBytes: 60) { $0 }.map { batch -> [Int64] in
            switch batch {
            case .many(let files): files
            case .one(let file): [-file]
            }
        }
        #expect(batches == [[-200], [10, 20, 30], [40, 5]])
        #expect(TransferBatches.parts(size: 25, chunk: 10) == [0..<10, 10..<20, 20..<25])
        #expect(TransferBatches.parts(size: 25, chunk: 10, have: 13) == [13..<20, 20..<25])
        #expect(TransferBatches.parts(size: 25, chunk: 10, have: 25).isEmpty)
        #expect(TransferBatches.parts(size: 0, chunk: 10).isEmpty)
    }

    @Test func theBandwidthIsKept() {
        var pacer = Pacer(ByteCount(1000))
        #expect(pacer.take(1000, now: 0) == 0, "a second's worth stands ready")
        #expect(pacer.take(500, now: 0) == 0.5)
        #expect(pacer.take(500, now: 0.5) == 0.5)
        #expect(pacer.take(100, now: 10) == 0, "what was not used for long is no more than a second's worth")
        #expect(pacer.take(1900, now: 10) == 1)
        var free = Pacer(nil)
        #expect(free.take(1 << 40, now: 0) == 0 && free.most(of: 77) == 77)
        #expect(Pacer(ByteCount(10_000_000)).most(of: 64 << 20) == 5_000_000)
    }

    @Test func pausesDouble() {
        let terms = TransferTerms()
        #expect((1...3).map(terms.pause) == [5, 10, 20])
        #expect(terms.chunk.bytes == 25_000_000 && terms.tries == 3)
        #expect(TransferTerms(json: terms.json) == terms)
    }

    @Test func aSpecIsItsJSON() {
        var spec = CollectSpec()
        #expect(spec.json == nil && CollectSpec(json: nil) == spec)
        spec.files = .globs(["*.csv"])
        #expect(spec.json == ["*.csv"] && CollectSpec(json: spec.json) == spec)
        (spec.stages, spec.layout, spec.metrics) = (["a"], "{scene.name}", "m.yaml")
        spec.terms.bandwidth = ByteCount(7)
        #expect(CollectSpec(json: spec.json) == spec)
        spec.files = .all
        #expect(CollectSpec(json: spec.json) == spec)
    }

    @Test func metricsOfAllForms() {
        func read(_ text: String, _ name: String) -> JSON { .object(Metrics.read(text, Metrics.Form(name: name)!)) }
        #expect(
            read("{\"loss\":1,\"at\":{\"k\":2}}\nnoise\n{\"loss\":0.5}\n", "m.jsonl") == [
                "loss": .double(0.5), "at.k": 2,
            ])
        #expect(read("{\"a\":[1,2],\"b\":\"x\"}", "m.json") == ["a": [1, 2], "b": "x"])
        #expect(read("name,value\nloss,0.5\nepochs,3\nloss,0.25\n", "m.csv") == ["loss": .double(0.25), "epochs": 3])
        #expect(read("step,loss\n1,9\n2,\"7\"\n", "m.csv") == ["step": 2, "loss": 7])
        #expect(read("broken\"", "m.csv") == [:] && read("[1]", "m.json") == [:])
        #expect(Metrics.Form(name: "m.txt") == nil)
    }
}
