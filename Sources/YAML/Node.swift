/// A place in a YAML text; line and column count from 1, columns in characters.
public struct Mark: Hashable, Sendable {
    /// Line and column.
    public var line: Int, column: Int
    /// Which text, where several are read into one: the reader's own number.
    public var source: Int

    /// Names a place.
    public init(line: Int, column: Int, source: Int = 0) {
        self.line = line
        self.column = column
        self.source = source
    }
}

/// A node of a YAML document with the place where it stands.
public struct Node: Hashable, Sendable {
    /// What the node is.
    public enum Content: Hashable, Sendable {
        /// A scalar as it was written; `isPlain` is false for quoted and block scalars, which are always text.
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([Node])
        /// Keys and values in the order of the text. No key stands there twice.
        case mapping([Pair])
    }

    /// One entry of a mapping.
    public struct Pair: Hashable, Sendable {
        /// The key's text.
        public var key: String
        /// Where the key stands.
        public var mark: Mark
        /// The value.
        public var value: Node

        /// Makes an entry.
        public init(key: String, mark: Mark, value: Node) {
            self.key = key
            self.mark = mark
            self.value = value
        }
    }

    /// What it is.
    public var content: Content
    /// Where it begins.
    public var mark: Mark

    /// Makes a node.
    public init(_ content: Content, mark: Mark) {
        self.content = content
        self.mark = mark
    }

    /// The entries of a mapping; nil for other kinds.
    public var pairs: [Pair]? {
        if case .mapping(let pairs) = content { pairs } else { nil }
    }

    /// The value under `key` of a mapping.
    public subscript(key: String) -> Node? { pairs?.first { $0.key == key }?.value }

    /// `a mapping`, `a list`, `text` or the like, for messages.
    public var kind: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let text, let isPlain): isPlain && text.isEmpty ? "nothing" : "'\(text)'"
        }
    }
}

/// Why a text is not the YAML that is read here, and where.
public struct YAMLError: Error, Hashable, Sendable {
    /// The place.
    public var mark: Mark
    /// What is wrong and what was expected.
    public var message: String
}
