import MusterCore
import YAML

extension SweepReader {
    /// Lays the config's `stages:` over the pipeline's parameters; `enabled: false` takes a stage out.
    static func merge(_ pairs: [Node.Pair], into draft: inout PipelineDraft, _ reader: Reader) {
        let names = draft.stages.map(\.name)
        for pair in pairs {
            guard let index = draft.stages.firstIndex(where: { $0.name == pair.key }) else {
                if names.contains(pair.key) { continue }
                let near = Suggestion.nearest(to: pair.key, in: names).map { "; did you mean '\($0)'?" } ?? ""
                reader.report(
                    at: pair.mark, "the pipeline '\(draft.name)' has no stage '\(pair.key)'\(near)",
                    hint: "its stages: \(names.joined(separator: ", "))")
                continue
            }
            let path = "stages.\(pair.key)"
            guard let settings = Keyed(pair.value, .stageParameters, path: path, reader) else { continue }
            let used = placeholders(of: draft.stages[index]).filter { $0.hasPrefix("stage.") }
            let known = draft.stages[index].parameters.map(\.key) + used.map { String($0.dropFirst(6)) }
            for entry in settings.entries {
                if !known.contains(entry.key) {
                    let near = Suggestion.nearest(to: entry.key, in: known).map { "; did you mean '\($0)'?" } ?? ""
                    reader.report(
                        .warning, at: entry.mark, "the stage '\(pair.key)' names no parameter '\(entry.key)'\(near)",
                        hint: "its program finds it in the file that MUSTER_PARAMETERS names, and nowhere else")
                }
                reader.doubt(entry.value)
                set(JSON.Member(entry.key, Scalar.value(entry.value)), in: &draft.stages[index].parameters)
            }
            let isEnabled = settings.flag("enabled") ?? true
            settings.finish()
            if !isEnabled { draft.stages.remove(at: index) }
        }
    }

    /// Puts a parameter in the place of the one of its name, or behind all.
    static func set(_ member: JSON.Member, in parameters: inout [JSON.Member]) {
        if let at = parameters.firstIndex(where: { $0.key == member.key }) {
            parameters[at] = member
        } else {
            parameters.append(member)
        }
    }

    /// The names in braces of a stage's command and surroundings.
    static func placeholders(of stage: StageSpec, outsideGroups: Bool = false) -> [String] {
        let texts: [String] =
            switch stage.command {
            case .argv(let words):
                words.flatMap { word -> [String] in
                    if case .group = word, outsideGroups { return [] }
                    return word.texts
                }
            case .shell(let line): [line]
            }
        return (texts + stage.environment.variables.map(\.value) + [stage.environment.cwd ?? ""])
            .flatMap(Placeholders.names(in:))
    }

    /// Checks that every name in braces stands for something; `mark` is where the sweep's parameters stand.
    static func check(_ draft: PipelineDraft, points: [Point], at mark: Mark, _ reader: Reader) {
        let fixed = [
            "scene.name", "scene.path", "output_dir", "result_dir", "job.id", "job.index", "run.id", "point.id",
            "stage.name",
        ]
        // What some points lack can't stand in a command, except for a stage's own parameter with a value of its own.
        let first = points.first?.values.map(\.key) ?? []
        var everywhere = Set(first)
        var anywhere = Set(first)
        for point in points where point.values.map(\.key) != first {
            everywhere.formIntersection(point.values.map(\.key))
            anywhere.formUnion(point.values.map(\.key))
        }
        for name in anywhere.sorted() {
            let parts = name.split(separator: ".", maxSplits: 1)
            if parts.count == 2, !draft.stages.contains(where: { $0.name == parts[0] }) {
                let near = Suggestion.nearest(to: String(parts[0]), in: draft.stages.map(\.name))
                reader.report(
                    at: mark,
                    "the parameter '\(name)' names no stage of the pipeline"
                        + (near.map { "; did you mean '\($0).\(parts[1])'?" } ?? ""),
                    hint: "its stages: \(draft.stages.map(\.name).joined(separator: ", "))")
            }
        }
        for stage in draft.stages {
            let own = everywhere.filter { $0.hasPrefix("\(stage.name).") }.map {
                "stage.\($0.dropFirst(stage.name.count + 1))"
            }
            let counting =
                fixed + everywhere.sorted().map { "point.\($0)" } + stage.parameters.map { "stage.\($0.key)" } + own
            let known = counting + (stage.items == nil ? [] : ItemShare.names)
            let used =
                placeholders(of: stage, outsideGroups: true)
                // In a group, a parameter that nobody sets leaves the group out.
                + placeholders(of: stage).filter { !$0.hasPrefix("stage.") && !$0.hasPrefix("point.") }
            let counted = (stage.items?.count?.texts ?? []).flatMap(Placeholders.names)
            for name in Set(counted).subtracting(counting).sorted() {
                reader.report(
                    at: draft.marks[stage.name] ?? mark,
                    "the count of items of stage '\(stage.name)' uses '{\(name)}', which stands for nothing there",
                    hint: "known: \(counting.map { "{\($0)}" }.joined(separator: " "))")
            }
            for name in Set(used).subtracting(known).sorted() {
                let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '{\($0)}'?" } ?? ""
                reader.report(
                    at: draft.marks[stage.name] ?? mark,
                    "stage '\(stage.name)' uses '{\(name)}', which stands for nothing\(near)",
                    hint: "known: \(known.map { "{\($0)}" }.joined(separator: " ")); write '{{' for a brace")
            }
        }
    }

    /// The stages in the order of their products; a mistake is reported at the stage's command.
    static func ordered(_ draft: PipelineDraft, _ reader: Reader) -> [StageSpec]? {
        func mark(_ stage: String) -> Mark { draft.marks[stage] ?? Mark(line: 1, column: 1) }
        do throws(ProductGraph.Mistake) {
            return try ProductGraph.ordered(draft.stages)
        } catch {
            switch error {
            case .twoProducers(let product, let first, let second):
                reader.report(at: mark(second), "the stages '\(first)' and '\(second)' both produce '\(product)'")
            case .unknownProduct(let product, let stage, let near):
                reader.report(
                    at: mark(stage),
                    "stage '\(stage)' requires '\(product)', which no enabled stage produces"
                        + (near.map { "; did you mean '\($0)'?" } ?? ""))
            case .cycle(let path):
                reader.report(at: mark(path[0]), "stages wait for each other: \(path.joined(separator: " -> "))")
            }
            return nil
        }
    }
}
