import MusterCore
import YAML

/// What an `items` mapping says; what it leaves open an outer one says.
struct ItemsDraft {
    var count: ItemSpec.Count?
    var range: ItemRange?
    var batchSize: Int?
    var workers: Int?
    var files: [String] = []
    var mark: Mark
    /// Where the range stands.
    private var rangeMark: Mark?

    /// Reads the mapping; nil without one. `files` belong to a stage.
    init?(_ keyed: Keyed?, ofStage: Bool) {
        guard let keyed else { return nil }
        mark = keyed.mark
        count = Self.count(keyed)
        range = Self.range(keyed)
        rangeMark = keyed.node("range")?.mark
        batchSize = keyed.count("batch_size")
        workers = keyed.count("workers")
        files = keyed.texts("files") ?? []
        if !ofStage, !files.isEmpty {
            keyed.reader.report(
                at: keyed.node("files")?.mark ?? keyed.mark, "'\(keyed.name("files"))' belongs to a stage",
                hint: "say it under 'items' of the stage that makes them")
        }
        for file in files where !ItemSpec.isPattern(file) {
            keyed.reader.report(
                at: keyed.node("files")?.mark ?? keyed.mark,
                "'\(keyed.name("files"))' can't be '\(file)'",
                hint: "expected a path below the job's folder such as fov_{item:03d}/*.npy")
        }
        if !files.isEmpty, !files.contains(where: { Placeholders.names(in: $0).contains("item") }) {
            keyed.reader.report(
                at: keyed.node("files")?.mark ?? keyed.mark,
                "'\(keyed.name("files"))' names no item: which files belong to which can't be told",
                hint: "put the item's number in: fov_{item:03d}/*.npy; without 'files' they are known by batch")
        }
        keyed.finish()
    }

    private static func count(_ keyed: Keyed) -> ItemSpec.Count? {
        guard let node = keyed.node("count") else { return nil }
        guard node.pairs != nil, let from = keyed.mapping("count") else {
            return keyed.count("count").map { .number($0) }
        }
        defer { from.finish() }
        let said = from.section.keys.map(\.name).filter { from.node($0) != nil }
        guard said.count == 1 else {
            from.reader.report(
                at: from.mark, "'\(keyed.name("count"))' must say one of 'command', 'files' and 'lines'",
                hint: "such as: count: {command: [program, --count, '{scene.path}']}")
            return nil
        }
        if let command = from.node("command") {
            return PipelineReader.command(command, from.name("command"), from.reader).map { .command($0) }
        }
        return from.text("files").map { .files($0) } ?? from.text("lines").map { .lines($0) }
    }

    private static func range(_ keyed: Keyed) -> ItemRange? {
        guard let node = keyed.node("range") else { return nil }
        if node.pairs != nil, let ends = keyed.mapping("range") {
            defer { ends.finish() }
            return ItemRange(first: ends.count("first"), last: ends.count("last"))
        }
        return keyed.value("range", expected: "a range such as \"3:12\", \"3:\" or \"0:-1\", both ends included") {
            ItemRange($0)
        }
    }

    /// This one with what it leaves open taken from an outer one.
    func over(_ outer: ItemsDraft?) -> ItemsDraft {
        guard let outer else { return self }
        var whole = self
        whole.count = count ?? outer.count
        if range == nil { (whole.range, whole.rangeMark) = (outer.range, outer.rangeMark) }
        whole.batchSize = batchSize ?? outer.batchSize
        whole.workers = workers ?? outer.workers
        return whole
    }

    /// The items of a stage; a range that can't be is a mistake.
    func spec(of stage: String, _ reader: Reader) -> ItemSpec {
        let range = range ?? .all
        var number: Int?
        if case .number(let count)? = count { number = count }
        if count == nil, !range.isClosed {
            reader.report(
                at: mark, "the items of stage '\(stage)' are not counted: 'count' is missing",
                hint: "add: count: {command: [program, --count, '{scene.path}']}, or say the last item: range: \"0:9\"")
        } else if number != nil || range.isClosed {
            do throws(ItemRange.Invalid) {
                _ = try range.resolve(count: number, scene: "a scene")
            } catch {
                reader.report(
                    at: rangeMark ?? mark, "\(error)", hint: "items are counted from 0, and both ends belong to it")
            }
        }
        return ItemSpec(count: count, range: range, batchSize: batchSize, workers: workers ?? 1, files: files)
    }
}

extension SweepReader {
    /// Gives the stages their items: a stage's own mapping, else the config's, else the pipeline's. Without one of its own a
    /// stage goes through items where it names them.
    static func giveItems(_ config: ItemsDraft?, to draft: inout PipelineDraft, _ reader: Reader) {
        checkLast(draft, reader)
        let outer = config.map { $0.over(draft.items) } ?? draft.items
        for index in draft.stages.indices {
            let stage = draft.stages[index]
            let names = Set(placeholders(of: stage)).intersection(ItemShare.names)
            if let own = draft.stageItems[stage.name] {
                draft.stages[index].items = own.over(outer).spec(of: stage.name, reader)
            } else if let outer, !names.isEmpty || draft.isCommand {
                draft.stages[index].items = outer.spec(of: stage.name, reader)
            } else if let name = names.sorted().first {
                reader.report(
                    at: draft.marks[stage.name] ?? Mark(line: 1, column: 1),
                    "stage '\(stage.name)' names '{\(name)}', but has no items",
                    hint: "add to the stage: items: {count: 10}")
                // Said once, not again as a name that stands for nothing.
                draft.stages[index].items = ItemSpec()
            }
            guard draft.stages[index].items != nil, names.isEmpty, !readsItems(stage) else { continue }
            reader.report(
                .warning, at: draft.marks[stage.name] ?? Mark(line: 1, column: 1),
                "stage '\(stage.name)' has items, but its command names none of them: each worker would do all of the work",
                hint:
                    "name {item.first} and {item.last}; a program may also read MUSTER_ITEM_FIRST and MUSTER_ITEM_LAST")
        }
        if let config, draft.stages.allSatisfy({ $0.items == nil }) {
            reader.report(
                at: config.mark, "no stage of the pipeline '\(draft.name)' goes through items",
                hint: "a stage does that names {item.first} and {item.last} in its command")
        }
    }

    /// Whether a shell line or a variable takes its items from the environment.
    private static func readsItems(_ stage: StageSpec) -> Bool {
        (stage.command.texts + stage.environment.variables.map(\.value)).contains { $0.contains("MUSTER_ITEM_") }
    }
}

extension PipelineReader {
    /// Lets the last stage of the draft run behind all others, for each job anew.
    static func setAlways(_ draft: inout PipelineDraft, at mark: Mark, _ reader: Reader, hasItems: Bool) {
        let last = draft.stages.count - 1
        draft.stages[last].always = true
        draft.stages[last].sharing = .never
        if hasItems {
            reader.report(
                at: mark, "a stage with items can't be 'always'", hint: "make the last word a stage of its own")
        }
    }
}

extension SweepReader {
    /// Nothing can wait for a stage that runs behind all others.
    static func checkLast(_ draft: PipelineDraft, _ reader: Reader) {
        let late = draft.stages.filter(\.always)
        for stage in draft.stages where !stage.always {
            for product in stage.requires {
                guard let maker = late.first(where: { $0.produces.contains(product) }) else { continue }
                reader.report(
                    at: draft.marks[stage.name] ?? Mark(line: 1, column: 1),
                    "stage '\(stage.name)' requires '\(product)' of '\(maker.name)', which runs behind all others",
                    hint: "take 'always' away from '\(maker.name)'")
            }
        }
    }
}
