public import MusterCore
public import MusterProvenance

/// A source of facts at home: who tells of workflows, executions and assets. One for each process is enough.
public struct ProvenanceVoice: Sendable {
    /// 32 hex digits, random.
    public let source: String
    private var sequence: Int64 = 0

    /// Makes a source.
    public init() { source = Hex.text((0..<16).map { _ in UInt8.random(in: 0...255) }) }

    /// The facts as events, the next ones of this source. Told once more after a failure, they are the same events.
    public mutating func events(_ facts: [ProvenanceFact], at time: Timestamp) -> [Event] {
        facts.map { fact in
            sequence += 1
            return Event(
                run: "", source: source, sequence: sequence, time: time, monotonic: 0, body: fact.body)
        }
    }
}

extension History {
    /// Records facts about workflows, executions and assets, which whoever has no ``ProvenanceVoice`` of its own may use.
    public func tell(_ facts: [ProvenanceFact], at time: Timestamp) throws {
        guard !facts.isEmpty else { return }
        var voice = ProvenanceVoice()
        try append(voice.events(facts, at: time))
    }

    /// Records files that an execution (`RUN`, `RUN/JOB`, or the id of a program's) read or made. The same file told again is
    /// one use; at most ``mostUses`` stand in a fact.
    public func recordAssets(of execution: String, _ role: AssetRole, _ uses: [AssetUse], at time: Timestamp) throws {
        try tell(Self.facts(of: execution, role, uses), at: time)
    }

    /// The most files of one fact, so that its line stays short.
    public static let mostUses = 200

    /// The facts that tell of these files.
    public static func facts(of execution: String, _ role: AssetRole, _ uses: [AssetUse]) -> [ProvenanceFact] {
        stride(from: 0, to: uses.count, by: mostUses).map { start in
            .assetsUsed(execution: execution, role, Array(uses[start..<min(start + mostUses, uses.count)]))
        }
    }
}
