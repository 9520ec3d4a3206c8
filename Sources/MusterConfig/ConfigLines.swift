import YAML

/// Where keys stand in a config, so that a result can be traced to its line.
public enum ConfigLines {
    /// The lines of all keys of mappings, by their keys joined with dots; entries of a list that have a `name` stand under it,
    /// others under none. Empty for a text that is no YAML.
    public static func find(_ text: [UInt8]) -> [String: Int] {
        guard let node = try? Node.parse(text) else { return [:] }
        var lines: [String: Int] = [:]
        add(node, below: "", to: &lines)
        return lines
    }

    private static func add(_ node: Node, below path: String, to lines: inout [String: Int]) {
        switch node.content {
        case .scalar: break
        case .mapping(let pairs):
            for pair in pairs {
                let key = path.isEmpty ? pair.key : "\(path).\(pair.key)"
                lines[key] = lines[key] ?? pair.mark.line
                add(pair.value, below: key, to: &lines)
            }
        case .sequence(let items):
            for item in items {
                guard case .scalar(let name, _) = item.pairs?.first(where: { $0.key == "name" })?.value.content else {
                    add(item, below: path, to: &lines)
                    continue
                }
                lines["\(path).\(name)"] = item.mark.line
                add(item, below: "\(path).\(name)", to: &lines)
            }
        }
    }
}
