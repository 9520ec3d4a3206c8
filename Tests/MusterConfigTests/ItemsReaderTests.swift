import MusterConfig
import MusterCore
import Testing

@Suite struct ItemsReaderTests {
    private func read(_ items: String, command: String = "[x, '{item.first}', '{item.last}']", more: String = "") -> (
        SweepSpec?, [Diagnostic]
    ) {
        let text = """
            experiment: {name: x, dataset_root: data}
            pipeline:
              stages:
                - name: one
                  command: \(command)
                  items: \(items)
            \(more)
            """
        return SweepReader.read(Array(text.utf8), file: "c.yaml")
    }

    @Test(arguments: [
        ("{count: 10}", ItemSpec(count: .number(10))),
        ("{range: '3:12'}", ItemSpec(range: ItemRange(first: 3, last: 12))),
        ("{count: 10, range: {first: null, last: -1}}", ItemSpec(count: .number(10))),
        (
            "{count: 10, range: {first: 2}, batch_size: 3, workers: 2, files: 'f_{item:03d}/*'}",
            ItemSpec(
                count: .number(10), range: ItemRange(first: 2, last: nil), batchSize: 3, workers: 2,
                files: ["f_{item:03d}/*"])
        ),
        ("{count: {command: [n, '{scene.path}']}}", ItemSpec(count: .command(.argv(["n", "{scene.path}"])))),
        ("{count: {command: 'ls | wc -l'}}", ItemSpec(count: .command(.shell("ls | wc -l")))),
        ("{count: {files: '*.tif'}}", ItemSpec(count: .files("*.tif"))),
        ("{count: {lines: list.txt}}", ItemSpec(count: .lines("list.txt"))),
    ]) func itemsAreRead(text: String, expected: ItemSpec) throws {
        let (spec, found) = read(text)
        #expect(found.isEmpty, "\(found.map(\.text))")
        #expect(try #require(spec).pipeline.stages[0].items == expected)
    }

    @Test(arguments: [
        ("{count: 10, range: '3:12'}", 6, 33, "Invalid range: 3-12 (a scene has 10 items)"),
        ("{range: '5:2'}", 6, 22, "Invalid range: 5-2"), ("{range: '3:'}", 6, 14, "'count' is missing"),
        ("{}", 6, 14, "'count' is missing"),
        ("{count: 10, range: 1-3}", 6, 33, "can't be '1-3'"), ("{count: -1}", 6, 22, "can't be '-1'"),
        ("{count: 10, batch_size: 0}", 6, 38, "can't be '0'"), ("{count: 10, workers: 0}", 6, 35, "can't be '0'"),
        ("{count: {}}", 6, 22, "must say one of"), ("{count: 10, wokers: 2}", 6, 26, "did you mean 'workers'?"),
        ("{count: 10, files: 'a/*.npy'}", 6, 33, "names no item"),
        ("{count: 10, files: '../f_{item}'}", 6, 33, "can't be"),
        ("{count: {command: [n, '{item.first}']}}", 5, 16, "which stands for nothing there"),
    ]) func mistakesHaveTheirPlace(text: String, line: Int, column: Int, words: String) throws {
        let (spec, found) = read(text)
        #expect(spec == nil)
        let mistake = try #require(found.first { $0.message.contains(words) }, "\(found.map(\.text))")
        #expect(mistake.location.line == line && mistake.location.column == column, "\(mistake.text)")
    }

    @Test func aStageThatNamesNoItemIsWarnedAbout() throws {
        let (spec, found) = read("{count: 3}", command: "[x]")
        #expect(spec != nil)
        #expect(found.map(\.severity) == [.warning])
        #expect(found[0].message.contains("each worker would do all of the work"))
        #expect(read("{count: 3}", command: "'x $MUSTER_ITEM_FIRST'").1.isEmpty)
    }

    @Test func aNameOfItemsWithoutItemsIsAMistake() throws {
        let text = "experiment: {name: x, dataset_root: data}\npipeline: {command: [x, '{item.first}']}\n"
        let (spec, found) = SweepReader.read(Array(text.utf8), file: "c.yaml")
        #expect(spec == nil)
        #expect(found.map(\.message) == ["stage 'run' names '{item.first}', but has no items"])
    }

    @Test func theConfigsItemsLieOverThePipelinesAndUnderAStagesOwn() throws {
        let text = """
            experiment: {name: x, dataset_root: data}
            items: {range: "0:3", workers: 4}
            pipeline:
              items: {count: 9, workers: 2, batch_size: 5}
              stages:
                - {name: own, command: [x, "{item.first}"], items: {workers: 1}}
                - {name: plain, command: [x, "{item.last}"]}
                - {name: other, command: [x]}
                - {name: end, command: [x], always: true}
            """
        let (spec, found) = SweepReader.read(Array(text.utf8), file: "c.yaml")
        let stages = try #require(spec, "\(found.map(\.text))").pipeline.stages
        let range = ItemRange(first: 0, last: 3)
        #expect(stages[0].items == ItemSpec(count: .number(9), range: range, batchSize: 5, workers: 1))
        #expect(stages[1].items == ItemSpec(count: .number(9), range: range, batchSize: 5, workers: 4))
        #expect(stages[2].items == nil && stages[3].items == nil)
        #expect(stages.map(\.always) == [false, false, false, true] && stages[3].sharing == .never)
    }

    @Test(arguments: [
        ("items: {count: 3}\npipeline: {stages: [{name: a, command: [x]}]}", "goes through items"),
        (
            "pipeline: {items: {count: 3, files: 'f_{item}'}, stages: [{name: a, command: [x, '{worker}']}]}",
            "belongs to a stage"
        ),
        (
            "pipeline: {stages: [{name: a, command: [x], produces: p, always: true}, {name: b, command: [x], requires: p}]}",
            "which runs behind all others"
        ),
        (
            "pipeline: {stages: [{name: a, command: [x, '{worker}'], items: {count: 3}, always: true}]}",
            "can't be 'always'"
        ),
    ]) func whatDoesNotGoTogetherIsAMistake(rest: String, words: String) throws {
        let (spec, found) = SweepReader.read(
            Array("experiment: {name: x, dataset_root: data}\n\(rest)\n".utf8), file: "c.yaml")
        #expect(spec == nil)
        #expect(found.contains { $0.message.contains(words) }, "\(found.map(\.text))")
    }
}
