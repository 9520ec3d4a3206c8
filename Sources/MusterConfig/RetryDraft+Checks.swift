import MusterCore
import YAML

extension RetryDraft {
    /// Puts the rules into the spec, checked against what jobs ask for and which parameters there are.
    func complete(_ spec: inout SweepSpec, asks rules: ResourceRules) {
        spec.retry = policy
        spec.halt = halt
        spec.canaries = canaries
        for (cause, rule) in policy.rules {
            raisesWhatIsThere(
                cause, "memory", rule.memory, asked: spec.resources.memory?.bytes, hasRule: rules.memory != nil,
                limit: rule.memoryLimit?.bytes, example: "4G")
            raisesWhatIsThere(
                cause, "time", rule.time, asked: spec.resources.time?.seconds, hasRule: rules.time != nil,
                limit: rule.timeLimit?.seconds, example: "1h")
            for setting in rule.set { check(setting, cause, spec) }
        }
    }

    private func raisesWhatIsThere(
        _ cause: Outcome, _ key: String, _ change: Adjustment?, asked: Int64?, hasRule: Bool, limit: Int64?,
        example: String
    ) {
        let path = "\(cause.rawValue).\(key)"
        guard let change, let mark = marks[path], !hasRule else { return }
        guard let asked else {
            return reader.report(
                at: mark, "'retry.\(path)' raises what jobs do not ask for: there is no 'resources.\(key)'",
                hint: "add: resources: {\(key): \(example)}")
        }
        if case .to(let value) = change, let new = value.int, new <= asked {
            reader.report(
                at: mark, "'retry.\(path)' is no more than 'resources.\(key)'", hint: "write a factor: \(key): x2")
        }
        if let limit, limit <= asked {
            reader.report(
                at: marks["\(cause.rawValue).limit"] ?? mark,
                "'retry.\(cause.rawValue).limit' is no more than 'resources.\(key)', so nothing can be raised",
                hint: "raise the limit, or leave it out")
        }
    }

    /// The parameter is there at every point, and its change is one.
    private func check(_ setting: RetryPolicy.Setting, _ cause: Outcome, _ spec: SweepSpec) {
        let path = "\(cause.rawValue).set.\(setting.name)"
        guard let mark = marks[path] else { return }
        let own = spec.pipeline.stages.flatMap { stage in
            stage.parameters.map { JSON.Member("\(stage.name).\($0.key)", $0.value) }
        }
        var changes = false
        for point in spec.points {
            guard let value = (own + point.values).last(where: { $0.key == setting.name })?.value else {
                let known = (spec.points.first?.values ?? []).map(\.key) + own.map(\.key)
                let near = Suggestion.nearest(to: setting.name, in: known).map { "; did you mean '\($0)'?" } ?? ""
                return reader.report(
                    at: mark, "'retry.\(path)' names no parameter\(near)",
                    hint: known.isEmpty
                        ? "there are none: add one to 'sweep', or to a stage of 'stages'"
                        : "the parameters: \(known.joined(separator: ", "))")
            }
            guard let new = setting.change.applied(to: value) else {
                return reader.report(
                    at: mark,
                    "'retry.\(path)' can't be \(setting.change.text): '\(Placeholders.text(value))' is no number",
                    hint: "write a value instead")
            }
            changes = changes || new != value
        }
        if !changes {
            reader.report(
                at: mark, "'retry.\(path)' leaves every value as it is",
                hint: "write a factor such as /2 or x2, or another value")
        }
    }
}
