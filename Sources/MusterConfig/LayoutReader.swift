import MusterCore
import YAML

extension PipelineReader {
    /// Reads `layouts: {NAME: [{move, to, first}, {remove, if_empty}]}`.
    static func layouts(_ keyed: Keyed) -> [String: [LayoutRule]] {
        var found: [String: [LayoutRule]] = [:]
        for pair in keyed.table("layouts") {
            let path = keyed.name("layouts.\(pair.key)")
            guard case .sequence(let elements) = pair.value.content else {
                keyed.reader.report(at: pair.value.mark, "'\(path)' must be a list of rules, not \(pair.value.kind)")
                continue
            }
            found[pair.key] = elements.enumerated().compactMap { index, element in
                Keyed(element, .layoutRule, path: "\(path)[\(index)]", keyed.reader).flatMap(rule)
            }
        }
        return found
    }

    private static func rule(_ keyed: Keyed) -> LayoutRule? {
        defer { keyed.finish() }
        func pattern(_ key: String) -> PathPattern? {
            keyed.value(key, expected: "a path below the job's folder, such as level_*/tracking") { PathPattern($0) }
        }
        switch (keyed.has("move"), keyed.has("remove")) {
        case (true, false):
            guard let target = keyed.required("to", "level_{1}/file"), let moved = pattern("move") else { return nil }
            let stars = moved.text.count { $0 == "*" }
            let named = Placeholders.names(in: target.replacing(/\{([0-9])/) { "{_\($0.1)" }).compactMap {
                Int($0.dropFirst())
            }
            if let beyond = named.first(where: { $0 < 1 || $0 > stars }) {
                keyed.reader.report(
                    at: keyed.node("to")?.mark ?? keyed.mark,
                    "'\(keyed.name("to"))' uses {\(beyond)}, but 'move' has \(stars) '*'")
            }
            return .move(moved, to: target, isFirst: keyed.flag("first") ?? false)
        case (false, true):
            return pattern("remove").map { .remove($0, ifEmpty: keyed.flag("if_empty") ?? false) }
        default:
            keyed.reader.report(at: keyed.mark, "'\(keyed.path)' needs either 'move' or 'remove'")
            return nil
        }
    }
}
