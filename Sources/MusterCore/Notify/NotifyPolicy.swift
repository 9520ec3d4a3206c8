/// When people are told about a run, and by what.
public struct NotifyPolicy: Hashable, Sendable {
    /// What people may be told of, each once a run.
    public enum Occasion: String, CaseIterable, Hashable, Sendable {
        /// The run is over.
        case done
        /// Too large a share of its jobs failed.
        case failed
        /// Nothing was heard of it for long although jobs run.
        case stuck
        /// Many jobs ran out of memory.
        case oom
    }

    /// What is told.
    public var occasions: Set<Occasion> = [.done]
    /// The share (0 to 1) of ended jobs from which on `failed` is told, when `least` jobs failed.
    public var failed = 0.2, least = HaltPolicy.usualLeast
    /// The jobs that ran out of memory, of the host or of a GPU, from which on `oom` is told.
    public var oom = 10
    /// How long the silence lasts of which `stuck` tells.
    public var stuck = WallTime(seconds: 2 * 3600)
    /// A command for the shell, which gets the message on standard input.
    public var command: String?
    /// An address that a JSON message is posted to, or `@FILE` with the address in a file of the user's.
    public var webhook: String?
    /// Who gets a mail.
    public var mail: String?

    /// The defaults: told of the end, by nothing.
    public init() {}

    /// What `init(json:)` reads.
    public var json: JSON {
        .object([
            "on": .strings(occasions.map(\.rawValue).sorted()), "failed": .double(failed), "least": .int(least),
            "oom": .int(oom), "stuck_s": .int(stuck.seconds), "command": command.map(JSON.string),
            "webhook": webhook.map(JSON.string), "mail": mail.map(JSON.string),
        ])
    }

    /// Reads what `json` writes; what is missing has its default.
    public init(json: JSON) {
        if let words = json["on"]?.array { occasions = Set(words.compactMap { $0.string.flatMap(Occasion.init) }) }
        failed = json["failed"]?.double ?? failed
        least = (json["least"]?.int).map { Int(clamping: $0) } ?? least
        oom = (json["oom"]?.int).map { Int(clamping: $0) } ?? oom
        stuck = (json["stuck_s"]?.int).map { WallTime(seconds: $0) } ?? stuck
        (command, webhook, mail) = (json["command"]?.string, json["webhook"]?.string, json["mail"]?.string)
    }
}
