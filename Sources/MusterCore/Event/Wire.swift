/// What travels between an agent and a collector beside events. A message is one frame of JSON lines: docs/protocol.md.
public enum WireMessage: Equatable, Sendable {
    /// Agent: this source has facts up to `last`.
    case hello(run: String, source: String, last: Int64)
    /// Collector: facts up to `have` are durable; send at most `credit` facts beyond what is acknowledged.
    case have(Int64, credit: Int64)
    /// Collector: facts up to here are durable.
    case ack(Int64)
    /// Collector: say hello first, this source is not known here.
    case again
    /// Collector: this is not taken, and sending it again will not help.
    case refused(String)

    /// The largest message in bytes.
    public static let maximumSize = 64 << 10

    /// One line without its newline.
    public var line: [UInt8] {
        let version = JSON.Member("v", .int(Event.version))
        let members: [JSON.Member] =
            switch self {
            case .hello(let run, let source, let last):
                [
                    .init("run", .string(run)), .init("src", .string(source)),
                    .init("hello", .object([.init("last", .int(last))])),
                ]
            case .have(let sequence, let credit): [.init("have", .int(sequence)), .init("credit", .int(credit))]
            case .ack(let sequence): [.init("ack", .int(sequence))]
            case .again: [.init("again", true)]
            case .refused(let reason): [.init("refused", .string(reason))]
            }
        return JSON.object([version] + members).bytes
    }

    /// Reads a line; nil when it is none of these, an event perhaps.
    public init?(json: JSON) {
        guard json["v"]?.int == Event.version else { return nil }
        if let hello = json["hello"], let run = json["run"]?.string, let source = json["src"]?.string,
            source.utf8.count == 32
        {
            self = .hello(run: run, source: source, last: hello["last"]?.int ?? 0)
        } else if let have = json["have"]?.int {
            self = .have(have, credit: json["credit"]?.int ?? 1000)
        } else if let ack = json["ack"]?.int {
            self = .ack(ack)
        } else if json["again"] != nil {
            self = .again
        } else if let reason = json["refused"]?.string {
            self = .refused(reason)
        } else {
            return nil
        }
    }
}

/// Where a collector listens: the content of the run folder's endpoint file.
public struct Endpoint: Hashable, Sendable {
    /// `tcp://ADDRESS:PORT`.
    public var address: String
    /// The collector's public CURVE key in Z85.
    public var key: String
    /// One more for each start of a collector, so that an agent sees that it must say hello again.
    public var epoch: Int64

    /// Makes an endpoint.
    public init(address: String, key: String, epoch: Int64) {
        self.address = address
        self.key = key
        self.epoch = epoch
    }

    /// One JSON object.
    public var json: JSON {
        .object(["address": .string(address), "key": .string(key), "epoch": .int(epoch)])
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        guard let address = json["address"]?.string, let key = json["key"]?.string else { return nil }
        self.init(address: address, key: key, epoch: json["epoch"]?.int ?? 0)
    }
}
