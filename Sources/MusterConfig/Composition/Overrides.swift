import MusterCore
import YAML

/// `--set KEY.KEY=VALUE`: laid over a config's nodes before they are read.
struct Overrides {
    private var settings: [(path: [Substring], value: Node)] = []

    /// Reads the settings; mistakes in them go to the reader with `--set KEY` for a file.
    init(_ texts: [String], _ reader: Reader) {
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let path = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, !path.contains("") else {
                // Parsed for its place alone: a text in quotes is always YAML.
                if let node = reader.parse(Array(JSON.string(text).line.utf8), file: "--set") {
                    reader.report(at: node.mark, "'\(text)' is not KEY=VALUE", hint: "such as: --set resources.cpus=4")
                }
                continue
            }
            let value = parts[1].isEmpty ? "~" : String(parts[1])
            if let node = reader.parse(Array(value.utf8), file: "--set \(parts[0])") { settings.append((path, node)) }
        }
    }

    /// `root` with every setting in its place; mappings on the way are made when they are not there.
    func applied(to root: Node) -> Node {
        settings.reduce(root) { Self.set($1.path[...], to: $1.value, in: $0) }
    }

    /// `node` with `value` under `path`. A parameter's name may hold dots itself: the longest key that is there wins.
    private static func set(_ path: ArraySlice<Substring>, to value: Node, in node: Node) -> Node {
        guard !path.isEmpty else { return value }
        var pairs = node.pairs ?? []
        for length in stride(from: path.count, to: 1, by: -1) {
            let key = path.prefix(length).joined(separator: ".")
            guard let index = pairs.firstIndex(where: { $0.key == key }) else { continue }
            pairs[index].value = set(path.dropFirst(length), to: value, in: pairs[index].value)
            return Node(.mapping(pairs), mark: node.mark)
        }
        let key = String(path[path.startIndex])
        if let index = pairs.firstIndex(where: { $0.key == key }) {
            pairs[index].value = set(path.dropFirst(), to: value, in: pairs[index].value)
        } else {
            let empty = Node(.mapping([]), mark: value.mark)
            pairs.append(Node.Pair(key: key, mark: value.mark, value: set(path.dropFirst(), to: value, in: empty)))
        }
        return Node(.mapping(pairs), mark: node.mark)
    }
}
