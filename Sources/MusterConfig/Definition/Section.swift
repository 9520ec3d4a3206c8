/// What may stand in one mapping of a config file. Readers take values only by keys that are named here, errors about
/// unknown keys, the reference in docs/config.md and the JSON schema are made from the same.
struct Section: Sendable {
    /// What the mapping is called in the reference: `experiment`.
    var name: String
    /// What it is, one sentence.
    var meaning: String
    /// Its keys, in the order of the reference.
    var keys: [Key]
    /// What stands under keys of the user's own choice; nil where there are none.
    var others: ValueKind?

    init(_ name: String, _ meaning: String, others: ValueKind? = nil, _ keys: [Key]) {
        self.name = name
        self.meaning = meaning
        self.others = others
        self.keys = keys
    }

    subscript(key: String) -> Key? { keys.first { $0.name == key } }
}

/// One key of a mapping.
struct Key: Sendable {
    /// Its name.
    var name: String
    /// What it holds.
    var kind: ValueKind
    /// What holds without it, in words or as a value; `required` where there is no such thing, empty for nothing.
    var fallback: String
    /// What it means, for the reference.
    var meaning: String

    init(_ name: String, _ kind: ValueKind, _ fallback: String = "", _ meaning: String) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.meaning = meaning
    }

    var isRequired: Bool { fallback == "required" }
}

/// What a value may be.
indirect enum ValueKind: Sendable {
    /// Text as it is written: a number or a truth stays the text.
    case text
    /// Text that names a file or folder.
    case path
    /// `true` or `false`.
    case flag
    /// A whole number.
    case count(ClosedRange<Int>)
    /// Any number.
    case number
    /// `512M`, `4G`.
    case size
    /// `30m`, `2h`, `1-12:00:00`.
    case time
    /// An expression of parameters.
    case rule
    /// One of these words.
    case choice([String])
    /// Anything.
    case any
    /// A list.
    case list(ValueKind)
    /// A mapping with keys of its own.
    case section(Section)
    /// A mapping whose keys are the user's.
    case table(ValueKind)
    /// One of several.
    case either([ValueKind])

    /// For the reference's column of types.
    var words: String {
        switch self {
        case .text: "text"
        case .path: "path"
        case .flag: "`true` or `false`"
        case .count(let range):
            range.upperBound == Int.max
                ? "whole number from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        case .number: "number"
        case .size: "size"
        case .time: "time"
        case .rule: "[expression](#expressions)"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .any: "any"
        case .list(let kind): "list of \(kind.words)"
        case .section(let section): "[mapping](#\(section.name.lowercased()))"
        case .table(let kind): "`{NAME: …}` of \(kind.words)"
        case .either(let kinds): kinds.map(\.words).joined(separator: " or ")
        }
    }

    /// The range of a whole number.
    var range: ClosedRange<Int>? {
        switch self {
        case .count(let range): range
        case .either(let kinds): kinds.lazy.compactMap(\.range).first
        default: nil
        }
    }

    /// The sections that it leads to.
    var sections: [Section] {
        switch self {
        case .section(let section): [section]
        case .list(let kind), .table(let kind): kind.sections
        case .either(let kinds): kinds.flatMap(\.sections)
        default: []
        }
    }
}
