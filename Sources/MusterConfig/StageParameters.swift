import MusterCore
import YAML

extension SweepReader {
    /// Lays the config's `stages:` over the pipeline's parameters; `enabled: false` takes a stage out.
    static func merge(_ keyed: Keyed?, into draft: inout PipelineDraft, _ reader: Reader) {
        guard let keyed else { return }
        let names = draft.stages.map(\.name)
        for pair in keyed.entries {
            guard let index = draft.stages.firstIndex(where: { $0.name == pair.key }) else {
                if names.contains(pair.key) { continue }
                let near = Suggestion.nearest(to: pair.key, in: names).map { "; did you mean '\($0)'?" } ?? ""
                reader.report(
                    at: pair.mark, "the pipeline '\(draft.name)' has no stage '\(pair.key)'\(near)",
                    hint: "its stages: \(names.joined(separator: ", "))")
                continue
            }
            guard let settings = Keyed(pair.value, path: "stages.\(pair.key)", reader) else { continue }
            for entry in settings.entries where entry.key != "enabled" {
                let member = JSON.Member(entry.key, Scalar.value(entry.value))
                if let at = draft.stages[index].parameters.firstIndex(where: { $0.key == entry.key }) {
                    draft.stages[index].parameters[at] = member
                } else {
                    draft.stages[index].parameters.append(member)
                }
            }
            if let enabled = settings.node("enabled") {
                guard let isEnabled = Scalar.value(enabled).bool else {
                    reader.report(at: enabled.mark, "'stages.\(pair.key).enabled' must be true or false")
                    continue
                }
                if !isEnabled { draft.stages.remove(at: index) }
            }
        }
    }

    /// Checks that every name in braces stands for something.
    static func check(_ draft: PipelineDraft, axes: [Axis], _ reader: Reader) {
        let fixed = [
            "scene.name", "scene.path", "output_dir", "job.id", "job.index", "run.id", "point.id", "stage.name",
        ]
        for axis in axes {
            let parts = axis.name.split(separator: ".", maxSplits: 1)
            if parts.count == 2, !draft.stages.contains(where: { $0.name == parts[0] }) {
                reader.report(
                    at: Mark(line: 1, column: 1), "the parameter '\(axis.name)' names no stage of the pipeline",
                    hint: "its stages: \(draft.stages.map(\.name).joined(separator: ", "))")
            }
        }
        for stage in draft.stages {
            let own = axes.map(\.name).filter { $0.hasPrefix("\(stage.name).") }.map {
                "stage.\($0.dropFirst(stage.name.count + 1))"
            }
            let known = fixed + axes.map { "point.\($0.name)" } + stage.parameters.map { "stage.\($0.key)" } + own
            let texts: [String] =
                switch stage.command {
                case .argv(let words): words
                case .shell(let line): [line]
                }
            let used = (texts + stage.environment.variables.map(\.value) + [stage.environment.cwd ?? ""])
                .flatMap(Placeholders.names(in:))
            for name in Set(used).subtracting(known).sorted() {
                let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '{\($0)}'?" } ?? ""
                reader.report(
                    at: draft.marks[stage.name] ?? Mark(line: 1, column: 1),
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
