import MusterCore
import YAML

/// Reads `random` and `latin_hypercube`.
enum SamplingReader {
    /// The points drawn; nil with mistakes.
    static func factor(_ keyed: Keyed, _ method: Sampling.Method) -> Factor? {
        defer { keyed.finish() }
        let count = keyed.has("count") ? keyed.count("count") : nil
        if !keyed.has("count") {
            keyed.reader.report(at: keyed.mark, "'\(keyed.name("count"))' is missing", hint: "add: count: 20")
        }
        let seed = keyed.count("seed") ?? 0
        let pairs = keyed.table("parameters")
        if pairs.isEmpty {
            keyed.reader.report(
                at: keyed.mark, "'\(keyed.name("parameters"))' is missing",
                hint: "add: parameters: {lr: {log_uniform: [1.0e-5, 0.1]}, mode: [fast, slow]}")
        }
        let parameters = pairs.map { pair in
            distribution(pair.value, keyed.name("parameters.\(pair.key)"), keyed.reader).map {
                Sampling.Parameter(pair.key, $0)
            }
        }
        guard let count, !parameters.isEmpty, !parameters.contains(nil) else { return nil }
        return Sampling(method, count: count, seed: Int64(seed), parameters: parameters.compactMap(\.self)).factor
    }

    private static func distribution(_ node: Node, _ path: String, _ reader: Reader) -> Distribution? {
        if case .sequence(let elements) = node.content, !elements.isEmpty {
            elements.forEach(reader.doubt)
            return .choice(elements.map(Scalar.value))
        }
        guard let keyed = Keyed(node, .distribution, path: path, reader) else { return nil }
        defer { keyed.finish() }
        let forms = keyed.section.keys.map(\.name).filter(keyed.has)
        guard forms.count == 1, let form = forms.first else {
            keyed.reader.report(
                at: keyed.mark, "'\(path)' must be a list of values, or one distribution",
                hint: "one of: uniform, log_uniform, integers: [LOW, HIGH]; choice: [...]")
            return nil
        }
        if form == "choice" {
            guard case .sequence(let elements)? = keyed.node(form)?.content, !elements.isEmpty else {
                keyed.reader.report(at: keyed.mark, "'\(keyed.name(form))' must be a list of values")
                return nil
            }
            return .choice(elements.map(Scalar.value))
        }
        if let ends = keyed.numbers(form), ends.count == 2, ends[0] <= ends[1] {
            switch form {
            case "uniform": return .uniform(ends[0], ends[1])
            case "log_uniform" where ends[0] > 0: return .logUniform(ends[0], ends[1])
            case "integers":
                if let low = Int64(exactly: ends[0]), let high = Int64(exactly: ends[1]),
                    high.subtractingReportingOverflow(low).overflow == false
                {
                    return .integers(low, high)
                }
            default: break
            }
        }
        keyed.reader.report(
            at: keyed.node(form)?.mark ?? keyed.mark, "'\(keyed.name(form))' must be [LOW, HIGH] with LOW at most HIGH",
            hint: form == "log_uniform" ? "both above 0" : form == "integers" ? "both whole numbers" : nil)
        return nil
    }
}
