/// How a stage's program is named: as words, or as a line for `bash -c`.
public enum Command: Hashable, Sendable {
    /// Each element becomes one word of the program's arguments, whatever is inserted into it, or a group of them.
    case argv([Word])
    /// A line for bash; every inserted value is quoted for the shell.
    case shell(String)

    /// An element of a command's list.
    public enum Word: Hashable, Sendable, ExpressibleByStringLiteral {
        /// One argument.
        case word(String)
        /// Arguments that stand together, and only where every value that they name is set: neither missing nor empty nor
        /// false. `{?NAME}` and `{!NAME}` among them stand for nothing and ask for a value that is set, or not.
        case group([String])

        /// One argument.
        public init(stringLiteral text: String) { self = .word(text) }

        /// The texts with their placeholders.
        public var texts: [String] {
            switch self {
            case .word(let text): [text]
            case .group(let texts): texts
            }
        }
    }

    /// Every text of it that may hold placeholders.
    public var texts: [String] {
        switch self {
        case .argv(let words): words.flatMap(\.texts)
        case .shell(let line): [line]
        }
    }

    /// An array for words, a text for a shell line.
    public var json: JSON {
        switch self {
        case .argv(let words):
            .array(
                words.map {
                    switch $0 {
                    case .word(let text): .string(text)
                    case .group(let texts): .strings(texts)
                    }
                })
        case .shell(let line): .string(line)
        }
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        if let line = json.string {
            self = .shell(line)
        } else if let elements = json.array, !elements.isEmpty {
            let words = elements.compactMap { element -> Word? in
                element.string.map { .word($0) } ?? element.array.map { .group($0.compactMap(\.string)) }
            }
            guard words.count == elements.count else { return nil }
            self = .argv(words)
        } else {
            return nil
        }
    }
}
