/// Which jobs of a run are meant: `1,3,5-8`, `scene=a*`, `lr<0.01`, `state=failed`, a job's id. Of several terms a job must
/// meet all; commas within a term are alternatives.
public struct JobSelector: Hashable, Sendable {
    /// A job, as far as terms may ask for it.
    public struct Subject: Hashable, Sendable {
        /// Position in the table, from 0.
        public var index: Int
        /// Its id and its scene's name.
        public var id: String, scene: String
        /// The point's values.
        public var values: [JSON.Member]
        /// Where it stands.
        public var standing: Standing
        /// It must wait.
        public var isHeld = false
        /// The node of its latest attempt.
        public var node: String?
        /// The stages that run now, or in which its latest attempt failed.
        public var stages: [String] = []

        /// Describes a job.
        public init(index: Int, id: String, scene: String, values: [JSON.Member], standing: Standing) {
            self.index = index
            self.id = id
            self.scene = scene
            self.values = values
            self.standing = standing
        }
    }

    /// How a value is compared.
    public enum Comparison: String, CaseIterable, Sendable {
        // Longer ones first: that is how they are looked for.
        case unequal = "!=", atMost = "<=", atLeast = ">=", equal = "=", below = "<", above = ">"

        var isOrder: Bool { self != .equal && self != .unequal }
    }

    /// What a term asks for.
    enum Term: Hashable, Sendable {
        /// Places in the table, counted from 1.
        case numbers([ClosedRange<Int>])
        /// Ids, by patterns.
        case ids([String])
        case scene([String], isNot: Bool)
        case node([String], isNot: Bool)
        case stage([String], isNot: Bool)
        case state([StateWord], isNot: Bool)
        case value(String, Comparison, [String])
    }

    var terms: [Term] = []

    /// All jobs.
    public static let all = JobSelector()

    /// Adds what another one asks for.
    public func and(_ other: JobSelector) -> JobSelector {
        var both = self
        both.terms += other.terms
        return both
    }

    /// Jobs that stand so.
    public static func state(_ words: [StateWord]) -> JobSelector {
        var selector = JobSelector()
        selector.terms = [.state(words, isNot: false)]
        return selector
    }

    /// Whether all jobs are meant, whatever they are.
    public var isAll: Bool { terms.isEmpty }

    /// Whether a job is meant.
    public func matches(_ job: Subject) -> Bool { terms.allSatisfy { Self.matches($0, job) } }

    private static func matches(_ term: Term, _ job: Subject) -> Bool {
        func named(_ globs: [String], _ names: [String]) -> Bool {
            globs.contains { glob in names.contains { Glob.matches(glob, $0) } }
        }
        switch term {
        case .numbers(let ranges): return ranges.contains { $0.contains(job.index + 1) }
        case .ids(let globs): return named(globs, [job.id])
        case .scene(let globs, let isNot): return named(globs, [job.scene]) != isNot
        case .node(let globs, let isNot): return named(globs, [job.node].compactMap(\.self)) != isNot
        case .stage(let globs, let isNot): return named(globs, job.stages) != isNot
        case .state(let words, let isNot): return words.contains { $0.holds(for: job) } != isNot
        case .value(let name, let comparison, let texts):
            // A point without the parameter meets nothing but `!=`.
            guard let value = job.values.last(where: { $0.key == name })?.value else { return comparison == .unequal }
            let isMet = texts.contains { meets(value, comparison == .unequal ? .equal : comparison, $0) }
            return comparison == .unequal ? !isMet : isMet
        }
    }

    private static func meets(_ value: JSON, _ comparison: Comparison, _ text: String) -> Bool {
        guard let left = value.double, let right = Double(text) else {
            return comparison == .equal && Glob.matches(text, Placeholders.text(value))
        }
        return switch comparison {
        case .equal: left == right
        case .unequal: left != right
        case .below: left < right
        case .above: left > right
        case .atMost: left <= right
        case .atLeast: left >= right
        }
    }
}
