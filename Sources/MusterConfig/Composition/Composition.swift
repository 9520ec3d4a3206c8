import MusterCore
import YAML

/// Files that a config is made of.
public struct ConfigFiles {
    /// A text and the name it goes by in errors.
    public struct Text {
        /// The file as the user would name it.
        public var file: String
        /// Its content.
        public var bytes: [UInt8]

        /// Takes a file's content.
        public init(file: String, bytes: [UInt8]) {
            self.file = file
            self.bytes = bytes
        }
    }

    /// The file that the user named.
    public var main: Text
    /// What the user wants in all configs; laid under all others.
    public var user: Text?
    /// `--set` texts, laid over all others.
    public var settings: [String]
    /// Gives a file that a config names, by its name and the file that names it; nil when there is none.
    public var load: (_ name: String, _ from: String) -> Text?

    /// Gathers the sources.
    public init(
        main: Text, user: Text? = nil, settings: [String] = [],
        load: @escaping (_ name: String, _ from: String) -> Text? = { _, _ in nil }
    ) {
        self.main = main
        self.user = user
        self.settings = settings
        self.load = load
    }
}

/// Several files made one: mappings are merged key by key, of all else the later one wins. `null` takes a key out.
struct Composition {
    let files: ConfigFiles
    let reader: Reader
    /// The key under which a file names those that it builds on.
    let key: String

    /// The merged mapping; nil, with mistakes, where a file can't be read.
    func root() -> Node? {
        let user = files.user.flatMap { tree(of: $0, below: []) }
        guard let main = tree(of: files.main, below: []) else { return nil }
        let merged = user.map { Self.merge($0, main) } ?? main
        return Overrides(files.settings, reader).applied(to: merged)
    }

    /// A file with all that it builds on; `chain` names the files that led to it.
    private func tree(of text: ConfigFiles.Text, below chain: [String]) -> Node? {
        guard let own = reader.parse(text.bytes, file: text.file) else { return nil }
        guard var pairs = own.pairs, let index = pairs.firstIndex(where: { $0.key == key }) else { return own }
        let named = pairs.remove(at: index).value
        var base: Node?
        for node in Self.elements(named) {
            guard let name = Scalar.text(node, name: key, reader) else { continue }
            guard let next = files.load(name, text.file) else {
                reader.report(
                    at: node.mark, "'\(key)' names '\(name)', which can't be read",
                    hint: "a path is taken from the file that names it")
                continue
            }
            guard !(chain + [text.file]).contains(next.file) else {
                let circle = (chain + [text.file, next.file]).joined(separator: " -> ")
                reader.report(at: node.mark, "files build on each other: \(circle)")
                continue
            }
            guard let tree = tree(of: next, below: chain + [text.file]) else { continue }
            base = base.map { Self.merge($0, tree) } ?? tree
        }
        let rest = Node(.mapping(pairs), mark: own.mark)
        return base.map { Self.merge($0, rest) } ?? rest
    }

    private static func elements(_ node: Node) -> [Node] {
        if node.isNull { return [] }
        if case .sequence(let elements) = node.content { return elements }
        return [node]
    }

    /// `later` laid over `earlier`.
    static func merge(_ earlier: Node, _ later: Node) -> Node {
        guard var pairs = earlier.pairs, let over = later.pairs else { return later }
        for pair in over {
            if let index = pairs.firstIndex(where: { $0.key == pair.key }) {
                pairs[index] = Node.Pair(
                    key: pair.key, mark: pair.mark, value: merge(pairs[index].value, pair.value))
            } else {
                pairs.append(pair)
            }
        }
        return Node(.mapping(pairs), mark: later.mark)
    }
}
