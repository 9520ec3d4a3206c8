/// The words that a workflow's type may be: these, and what people add.
public enum WorkflowTypes {
    /// What muster brings, each with what it means.
    public static let known: [(name: String, meaning: String)] = [
        ("Pipeline", "the programs of a sweep"), ("Script", "a program of its own"),
        ("Notebook", "a notebook with its cells"), ("Analysis", "numbers or tables from results"),
        ("Figure", "pictures from results"), ("Training", "a model from data"),
        ("Preparation", "data made ready for others"),
    ]
    /// The type of what has none.
    public static let standard = "Script"

    /// The word as it is written in the vocabulary, whatever the case; nil where it has no such word.
    public static func find(_ word: String, added: [String]) -> String? {
        (known.map(\.name) + added).first { $0.lowercased() == word.lowercased() }
    }
}

/// A word that is no type.
public struct UnknownType: Error, Equatable, Sendable, CustomStringConvertible {
    /// The word, and those that there are.
    public var word: String, known: [String]

    /// Makes a refusal.
    public init(word: String, known: [String]) {
        self.word = word
        self.known = known
    }

    /// What there is and what to type.
    public var description: String {
        "'\(word)' is no type of workflow; types are \(known.joined(separator: ", "))\n"
            + "  to add one: muster workflow types --add '\(word)' --description 'WHAT IT MEANS'"
    }
}
