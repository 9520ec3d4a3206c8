public import MusterCore

/// What is known of one workflow, execution or word of the vocabulary: a fold of its facts, in any order, each any number of
/// times. What something was registered as is its earliest fact; where it stands and how it is described is its latest.
public struct EntityState: Equatable, Sendable {
    /// When something was told, and by whom: of two equal times the source decides, so that all machines agree.
    public struct Stamp: Hashable, Comparable, Sendable {
        /// The teller's wall clock, the teller, and its fact's number.
        public var time: Timestamp, source: String, sequence: Int64

        public static func < (left: Stamp, right: Stamp) -> Bool {
            (left.time, left.source, left.sequence) < (right.time, right.source, right.sequence)
        }
    }

    private struct Register: Equatable, Sendable {
        var stamp: Stamp
        var value: JSON
    }

    private var registers: [String: Register] = [:]

    /// Nothing is known.
    public init() {}

    /// Takes in a fact about this very entity.
    public mutating func apply(_ fact: ProvenanceFact, of event: Event) {
        guard let sequence = event.sequence else { return }
        let stamp = Stamp(time: event.time, source: event.source, sequence: sequence)
        switch fact {
        case .workflowRegistered(let entry): keep("entry", .object(entry.fields), stamp, earliest: true)
        case .executionCreated(let entry): keep("entry", .object(entry.fields), stamp, earliest: true)
        case .termAdded(_, let description): keep("entry", .string(description), stamp, earliest: true)
        case .workflowChanged(_, let description, let type):
            if let description { keep("description", .string(description), stamp) }
            if let type { keep("type", .string(type), stamp) }
        case .executionDescribed(_, let text): keep("description", .string(text), stamp)
        case .executionMoved(let move):
            keep("move", .object(move.fields), stamp)
            if let started = move.started { keep("started", .int(started.microseconds), stamp) }
            if let ended = move.ended { keep("ended", .int(ended.microseconds), stamp) }
            if let duration = move.duration { keep("us", .int(duration), stamp) }
            if let exit = move.exit { keep("exit", .int(exit), stamp) }
            if let signal = move.signal { keep("signal", .int(signal), stamp) }
        case .assetsUsed, .datasetRegistered, .datasetFiles: break
        }
    }

    private mutating func keep(_ name: String, _ value: JSON, _ stamp: Stamp, earliest: Bool = false) {
        if let old = registers[name], earliest ? old.stamp <= stamp : old.stamp >= stamp { return }
        registers[name] = Register(stamp: stamp, value: value)
    }

    /// The workflow, with what people said of it since.
    public var workflow: WorkflowEntry? {
        guard var entry = registers["entry"].flatMap({ WorkflowEntry(json: $0.value) }) else { return nil }
        if let text = registers["description"]?.value.string { entry.description = text }
        if let type = registers["type"]?.value.string { entry.type = type }
        return entry
    }

    /// The execution, with what people said of it since.
    public var execution: ExecutionEntry? {
        guard var entry = registers["entry"].flatMap({ ExecutionEntry(json: $0.value) }) else { return nil }
        if let text = description { entry.description = text }
        return entry
    }

    /// What a person said last; nil where nobody did.
    public var description: String? { registers["description"]?.value.string }
    /// What a word of the vocabulary means.
    public var meaning: String? { registers["entry"]?.value.string }

    /// The latest move, with all that is known of the program's end.
    public var move: ExecutionMove? {
        guard var move = registers["move"].flatMap({ ExecutionMove(json: $0.value) }) else { return nil }
        func number(_ name: String) -> Int64? { registers[name]?.value.int }
        move.started = number("started").map { Timestamp(microseconds: $0) }
        move.ended = number("ended").map { Timestamp(microseconds: $0) }
        move.duration = number("us")
        move.exit = number("exit").map { Int($0) }
        move.signal = number("signal").map { Int($0) }
        return move
    }

    /// When it was registered.
    public var registered: Timestamp? { registers["entry"]?.stamp.time }

    /// All of it as an object.
    public var json: JSON {
        .object(
            registers.sorted { $0.key < $1.key }.map { name, register in
                JSON.Member(
                    name,
                    .array([
                        .int(register.stamp.time.microseconds), .string(register.stamp.source),
                        .int(register.stamp.sequence), register.value,
                    ]))
            })
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        for member in json.members ?? [] {
            guard let parts = member.value.array, parts.count == 4, let time = parts[0].int,
                let source = parts[1].string,
                let sequence = parts[2].int
            else { continue }
            registers[member.key] = Register(
                stamp: Stamp(time: Timestamp(microseconds: time), source: source, sequence: sequence), value: parts[3])
        }
    }
}
