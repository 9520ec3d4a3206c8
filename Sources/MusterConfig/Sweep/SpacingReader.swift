import MusterCore
import YAML

/// Reads what values a parameter takes: a list, one value, or a description of numbers.
enum SpacingReader {
    /// The values; nil, with a mistake, when there are none or one stands twice.
    static func values(_ node: Node, _ path: String, _ reader: Reader, mayRepeat: Bool = false) -> [JSON]? {
        let values: [JSON]
        switch node.content {
        case .scalar:
            reader.doubt(node)
            values = [Scalar.value(node)]
        case .sequence(let elements):
            elements.forEach(reader.doubt)
            values = elements.map(Scalar.value)
        case .mapping:
            guard let keyed = Keyed(node, .spacing, path: path, reader), let spacing = spacing(keyed) else {
                return nil
            }
            guard let count = spacing.count, count <= 10_000_000 else {
                reader.report(
                    at: node.mark, "'\(path)' describes no numbers",
                    hint:
                        "a step leads from 'start' to 'stop'; a count is from 1 on; 'geomspace' needs ends of one sign, none of them 0"
                )
                return nil
            }
            values = spacing.values
        }
        guard !values.isEmpty else {
            reader.report(at: node.mark, "'\(path)' has no values; the sweep would be empty")
            return nil
        }
        if !mayRepeat, Set(values.map(\.canonical)).count < values.count {
            reader.report(at: node.mark, "'\(path)' names a value twice")
        }
        return values
    }

    private static func spacing(_ keyed: Keyed) -> Spacing? {
        defer { keyed.finish() }
        let forms = ["linspace", "logspace", "geomspace"].filter(keyed.has)
        guard forms.count + (keyed.has("start") || keyed.has("stop") || keyed.has("step") ? 1 : 0) == 1 else {
            keyed.reader.report(
                at: keyed.mark, "'\(keyed.path)' must be a list of values, or one description of numbers",
                hint: "one of: {start, stop, step}, {linspace: [START, STOP, COUNT]}, {logspace: ...}, {geomspace: ...}"
            )
            return nil
        }
        guard let form = forms.first else {
            let step = keyed.has("step") ? keyed.number("step") : 1
            guard keyed.has("start"), keyed.has("stop") else {
                keyed.reader.report(
                    at: keyed.mark, "'\(keyed.path)' needs 'start' and 'stop'",
                    hint: "such as: {start: 0, stop: 1, step: 0.25}")
                return nil
            }
            guard let start = keyed.number("start"), let stop = keyed.number("stop"), let step else { return nil }
            return .steps(start: start, stop: stop, step: step)
        }
        guard let numbers = keyed.numbers(form), numbers.count == 3, let count = Int(exactly: numbers[2]) else {
            keyed.reader.report(
                at: keyed.node(form)?.mark ?? keyed.mark, "'\(keyed.name(form))' must be [START, STOP, COUNT]",
                hint:
                    "such as: \(form): [\(form == "linspace" ? "0, 1, 5" : form == "logspace" ? "-5, -1, 5" : "0.01, 1, 5")]"
            )
            return nil
        }
        return switch form {
        case "linspace": .linear(start: numbers[0], stop: numbers[1], count: count)
        case "logspace": .powers(start: numbers[0], stop: numbers[1], count: count)
        default: .geometric(start: numbers[0], stop: numbers[1], count: count)
        }
    }
}

extension Keyed {
    /// A number under a key.
    func number(_ key: String) -> Double? {
        value(key, expected: "a number") { Double($0).flatMap { $0.isFinite ? $0 : nil } }
    }

    /// A list of numbers under a key; nil for anything else.
    func numbers(_ key: String) -> [Double]? {
        guard case .sequence(let elements)? = node(key)?.content else { return nil }
        let numbers = elements.compactMap { Scalar.value($0).double }.filter(\.isFinite)
        return numbers.count == elements.count ? numbers : nil
    }
}
