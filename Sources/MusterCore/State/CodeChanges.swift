/// What agents told of programs that changed while the run went on: a fold of facts in any order.
public struct CodeChanges: Equatable, Sendable {
    /// What one agent told.
    private struct Word: Hashable {
        var id: FactID, time: Timestamp, node: String, change: CodeChange
    }

    private var words: Set<Word> = []
    /// Elements of agents, by source.
    private var agents: [String: String] = [:]

    /// A content that a file had, and where.
    public struct Told: Equatable, Sendable {
        /// The change.
        public var change: CodeChange
        /// When it was first seen, and on which nodes.
        public var time: Timestamp, nodes: [String]

        /// `FILE is not what it was ... (first seen TIME, on n1, n2)`.
        public var words: String {
            let more = nodes.count > 4 ? " and \(nodes.count - 4) more" : ""
            return "\(change.words) (first seen \(time), on \(nodes.prefix(4).joined(separator: ", "))\(more))"
        }

        /// `{"path","stages","was","is","time","nodes"}`.
        public var json: JSON {
            .object(change.fields + [.init("time", .string(time.description)), .init("nodes", .strings(nodes))])
        }
    }

    /// Nothing was told yet.
    public init() {}

    mutating func heard(_ change: CodeChange, on node: String, id: FactID, at time: Timestamp) {
        words.insert(Word(id: id, time: time, node: node, change: change))
    }

    mutating func began(_ element: String, source: String) { agents[source] = max(agents[source] ?? "", element) }

    /// Each new content once, the earliest first; that a file was as before again is left out.
    public var told: [Told] { Self.told(words.filter { !$0.change.isBack }) }

    /// What was other than at submission when stages of an attempt began, by what the agent of its element said on its node.
    public func behind(element: String, node: String?, stages: [(name: String, started: Timestamp)]) -> [Told] {
        let own = words.filter { $0.node == node && agents[$0.id.source] == element }
        guard !own.isEmpty else { return [] }
        var found: Set<Word> = []
        for stage in stages {
            var last: [String: Word] = [:]
            for word in own where word.time <= stage.started && word.change.stages.contains(stage.name) {
                if let old = last[word.change.path], (old.time, old.id) > (word.time, word.id) { continue }
                last[word.change.path] = word
            }
            found.formUnion(last.values.filter { !$0.change.isBack })
        }
        return Self.told(found)
    }

    private static func told(_ words: Set<Word>) -> [Told] {
        Dictionary(grouping: words, by: \.change).map { change, words in
            Told(
                change: change, time: words.map(\.time).min() ?? Timestamp(microseconds: 0),
                nodes: Set(words.map(\.node)).sorted())
        }.sorted { ($0.time, $0.change.path, $0.change.now ?? "") < ($1.time, $1.change.path, $1.change.now ?? "") }
    }
}
