import MusterCore
import YAML

/// `--set KEY.KEY=VALUE`: laid over a config's nodes before they are read.
struct Overrides {
    private var settings: [(path: [String], value: Node)] = []
    private(set) var found: [Diagnostic] = []

    init(_ texts: [String]) {
        for (index, text) in texts.enumerated() {
            let place = SourceLocation(file: "--set", line: index + 1, column: 1)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                found.append(
                    Diagnostic(.error, at: place, "'\(text)' is not KEY=VALUE", hint: "such as: --set resources.cpus=4")
                )
                continue
            }
            do throws(YAMLError) {
                let empty = Node(.scalar("", isPlain: true), mark: Mark(line: 1, column: 1))
                let value = try Node.parse(Array(parts[1].utf8)) ?? empty
                settings.append((parts[0].split(separator: ".").map(String.init), value))
            } catch {
                found.append(Diagnostic(.error, at: place, "the value of '\(parts[0])' is not YAML: \(error.message)"))
            }
        }
    }

    /// `root` with every setting in its place; mappings on the way are made when they are not there.
    func applied(to root: Node) -> Node {
        settings.reduce(root) { Self.set($1.path[...], to: $1.value, in: $0) }
    }

    private static func set(_ path: ArraySlice<String>, to value: Node, in node: Node) -> Node {
        guard let key = path.first else { return Node(value.content, mark: node.mark) }
        var pairs = node.pairs ?? []
        let empty = Node(.mapping([]), mark: node.mark)
        if let index = pairs.firstIndex(where: { $0.key == key }) {
            pairs[index].value = set(path.dropFirst(), to: value, in: pairs[index].value)
        } else {
            pairs.append(Node.Pair(key: key, mark: node.mark, value: set(path.dropFirst(), to: value, in: empty)))
        }
        return Node(.mapping(pairs), mark: node.mark)
    }
}
