extension JobSelector {
    /// What may be asked for in a run.
    public struct Known: Sendable {
        /// The ids of its jobs, in the order of the table.
        public var ids: [String]
        /// Names of its scenes, parameters and stages.
        public var scenes: [String], parameters: [String], stages: [String]

        /// Gathers what is known.
        public init(ids: [String], scenes: [String] = [], parameters: [String] = [], stages: [String] = []) {
            self.ids = ids
            self.scenes = scenes
            self.parameters = parameters
            self.stages = stages
        }
    }

    /// What can't be understood, and where.
    public struct Mistake: Error, Hashable, Sendable {
        /// Column in the selector, from 1, in characters.
        public var column: Int
        /// What is wrong and what was expected.
        public var message: String
        /// What to type next.
        public var hint: String?
    }

    /// Keys besides the parameters' names.
    static let keys = ["scene", "state", "node", "stage"]

    /// Reads a selector; terms are joined by blanks or `and`. No term at all means all jobs.
    public init(_ text: String, known: Known) throws(Mistake) {
        var rest = Substring(text)
        var column = 1
        func skipBlanks() {
            while rest.first?.isWhitespace == true {
                rest.removeFirst()
                column += 1
            }
        }
        skipBlanks()
        while !rest.isEmpty {
            let word = String(rest.prefix { !$0.isWhitespace })
            if word != "and" && word != "all" { terms.append(try Self.term(word, column, known)) }
            rest.removeFirst(word.count)
            column += word.count
            skipBlanks()
        }
    }

    private static func term(_ word: String, _ column: Int, _ known: Known) throws(Mistake) -> Term {
        // An id may hold any character.
        if known.ids.contains(word) { return .ids([word]) }
        if let numbers = try numbers(word, column, known) { return numbers }
        guard let (comparison, at) = comparison(in: word) else {
            let alternatives = word.split(separator: ",").map(String.init)
            try check(alternatives, among: known.ids, "job", column, known)
            return .ids(alternatives)
        }
        let key = String(word[..<at])
        let behind = word[at...].dropFirst(comparison.rawValue.count)
        let place = column + word.distance(from: word.startIndex, to: behind.startIndex)
        let values = behind.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard values.allSatisfy({ !$0.isEmpty }) else {
            throw Mistake(column: place, message: "'\(key)\(comparison.rawValue)' wants a value behind it")
        }
        guard keys.contains(key), !known.parameters.contains(key) else {
            return try value(key, comparison, values, column, place, known)
        }
        guard !comparison.isOrder else {
            throw Mistake(
                column: column + key.count,
                message: "'\(key)' is compared by = and != alone, since it has no order",
                hint: "such as: \(key)=\(behind)")
        }
        let isNot = comparison == .unequal
        switch key {
        case "scene":
            try check(values, among: known.scenes, "scene", place, known)
            return .scene(values, isNot: isNot)
        case "stage":
            try check(values, among: known.stages, "stage", place, known)
            return .stage(values, isNot: isNot)
        case "node": return .node(values, isNot: isNot)
        default:
            var words: [StateWord] = []
            for value in values {
                guard let word = StateWord(value) else {
                    throw Mistake(
                        column: place, message: "there is no state '\(value)'\(near(value, StateWord.words))",
                        hint: "states: \(StateWord.words.joined(separator: ", "))")
                }
                words.append(word)
            }
            return .state(words, isNot: isNot)
        }
    }

    private static func value(
        _ key: String, _ comparison: Comparison, _ values: [String], _ column: Int, _ place: Int, _ known: Known
    ) throws(Mistake) -> Term {
        guard known.parameters.contains(key) else {
            let all = known.parameters + keys
            throw Mistake(
                column: column, message: "the jobs have no parameter '\(key)'\(near(key, all))",
                hint: "keys: \(all.joined(separator: ", "))")
        }
        if comparison.isOrder, let word = values.first(where: { Double($0) == nil }) {
            throw Mistake(
                column: place, message: "'\(comparison.rawValue)' compares numbers, and '\(word)' is none",
                hint: "such as: \(key)\(comparison.rawValue)0.5, or \(key)=\(word)")
        }
        return .value(key, comparison, values)
    }

    /// `1,3,5-8`; nil for a word that is something else.
    private static func numbers(_ word: String, _ column: Int, _ known: Known) throws(Mistake) -> Term? {
        guard word.first?.isNumber == true, word.allSatisfy({ $0.isASCII && ($0.isNumber || "-,".contains($0)) }) else {
            return nil
        }
        var ranges: [ClosedRange<Int>] = []
        var place = column
        for part in word.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
            else {
                throw Mistake(
                    column: place, message: "'\(part)' is no number of a job and no range of numbers",
                    hint: "such as: 1,3,5-8")
            }
            guard first >= 1, last <= known.ids.count else {
                throw Mistake(
                    column: place,
                    message:
                        "there is no job \(first < 1 ? first : last): jobs are numbered from 1 to \(known.ids.count)")
            }
            ranges.append(first...last)
            place += part.count + 1
        }
        return .numbers(ranges)
    }

    /// The first comparison in a word, the longest at its place.
    private static func comparison(in word: String) -> (Comparison, String.Index)? {
        for at in word.indices.dropFirst() {
            if let found = Comparison.allCases.first(where: { word[at...].hasPrefix($0.rawValue) }) {
                return (found, at)
            }
        }
        return nil
    }

    /// Each pattern must stand for something.
    private static func check(
        _ globs: [String], among names: [String], _ what: String, _ column: Int, _ known: Known
    ) throws(Mistake) {
        var place = column
        for glob in globs {
            guard names.contains(where: { Glob.matches(glob, $0) }) else {
                throw Mistake(
                    column: place, message: "there is no \(what) '\(glob)'\(near(glob, names))",
                    hint: what == "job"
                        ? "a job's id or number, or KEY=VALUE with one of: \((known.parameters + keys).joined(separator: ", "))"
                        : nil)
            }
            place += glob.count + 1
        }
    }

    private static func near(_ word: String, _ names: [String]) -> String {
        Suggestion.nearest(to: word, in: names).map { "; did you mean '\($0)'?" } ?? ""
    }
}

extension JobSelector.Mistake {
    /// The mistake for a terminal, with the selector and a caret.
    public func diagnostic(in text: String) -> Diagnostic {
        Diagnostic(
            .error, at: SourceLocation(file: "selector", line: 1, column: column), message, hint: hint, excerpt: text)
    }
}
