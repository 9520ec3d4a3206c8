/// Something that happened, told by a source.
///
/// A *fact* has a sequence and is never lost: it stands in its source's outbox before it is sent and in the sink before
/// it is acknowledged. A *sample* has none: of samples the latest counts.
///
/// As a line: `{"v":1,"run":R,"src":S,"seq":N,"t":MICROSECONDS,"m":MICROSECONDS,"kind":K,...}` with the fields of
/// the body behind. `t` is the source's wall clock, `m` its monotonic clock: durations are differences of `m`.
public struct Event: Equatable, Sendable {
    /// Version of the line format that this code writes. Readers accept it and skip others, counting them.
    public static let version: Int64 = 1

    /// The run that it belongs to.
    public var run: String
    /// The process that tells it: 32 hex digits, random for each process start.
    public var source: String
    /// Position among the source's facts, from 1; nil for a sample.
    public var sequence: Int64?
    /// The source's wall clock.
    public var time: Timestamp
    /// Microseconds of the source's monotonic clock.
    public var monotonic: Int64
    /// What happened.
    public var body: EventBody

    /// Makes an event.
    public init(
        run: String, source: String, sequence: Int64?, time: Timestamp, monotonic: Int64, body: EventBody
    ) {
        self.run = run
        self.source = source
        self.sequence = sequence
        self.time = time
        self.monotonic = monotonic
        self.body = body
    }

    /// The event as one JSON object.
    public var json: JSON {
        var members: [JSON.Member] = [
            .init("v", .int(Self.version)), .init("run", .string(run)), .init("src", .string(source)),
        ]
        if let sequence { members.append(.init("seq", .int(sequence))) }
        members += [
            .init("t", .int(time.microseconds)), .init("m", .int(monotonic)), .init("kind", .string(body.kind)),
        ]
        return .object(members + body.fields)
    }

    /// Why a line is not an event.
    public enum Refusal: Error, Equatable, Sendable {
        /// Not JSON at all, or torn.
        case notJSON(JSONError)
        /// Written by another version.
        case version(Int64)
        /// A field is missing or has the wrong type.
        case field(String)
    }

    /// Decodes one line. An unknown kind is kept as it came.
    public init(line: some Sequence<UInt8>) throws(Refusal) {
        let json: JSON
        do { json = try JSON(parsing: line) } catch { throw .notJSON(error) }
        try self.init(json: json)
    }

    /// Source and sequence of a line as ``json`` writes it, without decoding the rest; nil for a sample and for a line that
    /// somebody else wrote otherwise.
    public static func fact(in line: [UInt8]) -> (source: String, sequence: Int64)? {
        let mark = Array(",\"src\":\"".utf8)
        // No run's id is longer than a file's name.
        let head = line.prefix(400)
        guard head.starts(with: "{\"v\":1,\"run\":\"".utf8),
            let quote = head.dropFirst(14).firstIndex(of: UInt8(ascii: "\"")),
            head[(quote + 1)...].starts(with: mark)
        else { return nil }
        let source = quote + 1 + mark.count
        let behind = source + 32
        guard behind < head.endIndex, head[behind...].starts(with: "\",\"seq\":".utf8) else { return nil }
        let digits = head[(behind + 8)...].prefix { (0x30...0x39).contains($0) }
        guard let sequence = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
        return (String(decoding: head[source..<behind], as: UTF8.self), sequence)
    }

    /// Decodes an object. An unknown kind is kept as it came.
    public init(json: JSON) throws(Refusal) {
        guard let version = json["v"]?.int else { throw .field("v") }
        guard version == Self.version else { throw .version(version) }
        guard let run = json["run"]?.string else { throw .field("run") }
        guard let source = json["src"]?.string, source.utf8.count == 32 else { throw .field("src") }
        guard let time = json["t"]?.int else { throw .field("t") }
        guard let kind = json["kind"]?.string else { throw .field("kind") }
        if let sequence = json["seq"], (sequence.int ?? 0) < 1 { throw .field("seq") }
        self.init(
            run: run, source: source, sequence: json["seq"]?.int, time: Timestamp(microseconds: time),
            monotonic: json["m"]?.int ?? 0, body: EventBody(kind: kind, json: json))
    }
}

/// Takes events in: the history, or a journal.
public protocol EventSink {
    /// Makes the facts durable and returns only then; idempotent by (source, sequence). Samples may be merged.
    func append(_ events: [Event]) throws
    /// The highest sequence up to which all facts of `source` are durable; 0 for an unknown one.
    func lastSequence(of source: String) throws -> Int64
}
