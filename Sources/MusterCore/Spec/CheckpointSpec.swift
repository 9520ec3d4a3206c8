/// How a stage's program is told that its time is nearly over, and what it gets to go on from the next time.
public struct CheckpointSpec: Hashable, Sendable {
    /// The signals that a program may be told by, by name.
    public enum Signal: String, CaseIterable, Sendable {
        case term = "TERM"
        case interrupt = "INT"
        case hangUp = "HUP"
        case user1 = "USR1"
        case user2 = "USR2"

        /// Its number on Linux (signal(7)).
        public var number: Int32 {
            switch self {
            case .hangUp: 1
            case .interrupt: 2
            case .user1: 10
            case .user2: 12
            case .term: 15
            }
        }
    }

    /// What the program is sent; it is sent nothing where a command does the telling.
    public var signal: Signal
    /// How long it then has before it is killed: the allocation is told so much earlier.
    public var grace: WallTime
    /// A program that makes the checkpoint, started beside the stage's own; when it has ended the stage's is asked to end.
    public var command: Command?
    /// How often an element starts again to go on; each start counts.
    public var attempts: Int

    /// Describes it.
    public init(
        signal: Signal = .term, grace: WallTime = WallTime(seconds: 60), command: Command? = nil, attempts: Int = 10
    ) {
        self.signal = signal
        self.grace = grace
        self.command = command
        self.attempts = attempts
    }

    var json: JSON {
        .object([
            "signal": .string(signal.rawValue), "grace_s": .int(grace.seconds), "command": command?.json,
            "attempts": .int(attempts),
        ])
    }

    init(json: JSON) {
        self.init(
            signal: (json["signal"]?.string).flatMap(Signal.init(rawValue:)) ?? .term,
            grace: WallTime(seconds: json["grace_s"]?.int ?? 60),
            command: json["command"].flatMap(Command.init(json:)), attempts: Int(json["attempts"]?.int ?? 10))
    }
}
