import MusterCore
public import SSH
import Threading

/// A login node over one SSH session, opened at first use and again after it broke.
///
/// The session blocks and belongs to one thread, so the actor runs on a thread of its own.
public actor SSHHost: CarriedHost {
    private let executor: ThreadExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    public nonisolated let name: String
    public nonisolated var transport: String { "libssh, which is part of muster" }
    private let alias: String
    private let overrides: HostOverrides
    private let mayAsk: Bool
    private let questions: Questions
    private var session: Session?
    /// A person had answered for the session before this one.
    private var wasAnswered = false

    /// What a person may be asked while a host is connected to; on the thread that connects.
    public struct Questions: Sendable {
        /// Whether an unknown host's key is right.
        public var unknownHost: @Sendable (ConnectOptions.UnknownHost) -> Bool
        /// A key's passphrase.
        public var passphrase: @Sendable (ConnectOptions.LockedIdentity) -> String?
        /// The server's own questions.
        public var answer: @Sendable (Challenge) -> [String]?
        /// Whether to log in again to a host, by its alias, whose session ended and for which answers were given.
        public var again: @Sendable (String) -> Bool

        /// Gathers the closures.
        public init(
            unknownHost: @escaping @Sendable (ConnectOptions.UnknownHost) -> Bool,
            passphrase: @escaping @Sendable (ConnectOptions.LockedIdentity) -> String?,
            answer: @escaping @Sendable (Challenge) -> [String]?, again: @escaping @Sendable (String) -> Bool
        ) {
            self.unknownHost = unknownHost
            self.passphrase = passphrase
            self.answer = answer
            self.again = again
        }
    }
    /// Programs that run on the session beside what is asked of it. See CarriedHost+Stream.swift.
    var channels: [HostStream: Channel] = [:]

    /// - Parameters:
    ///   - alias: A host name or an alias of `~/.ssh/config`.
    ///   - overrides: Settings that win over the files.
    ///   - mayAsk: True at a terminal: `questions` are asked; else what would need an answer is refused.
    public init(
        alias: String, overrides: HostOverrides = HostOverrides(), mayAsk: Bool, questions: Questions
    ) {
        executor = ThreadExecutor(name: "ssh \(alias)")
        name = (overrides.user.map { "\($0)@" } ?? "") + alias
        self.alias = alias
        self.overrides = overrides
        self.mayAsk = mayAsk
        self.questions = questions
    }

    func connected() throws(SSHError) -> Session {
        if let session { return session }
        let route = try SSHConfig.read().route(to: alias, overrides: overrides)
        var options = ConnectOptions()
        if mayAsk {
            options.acceptUnknownHost = questions.unknownHost
            options.passphrase = questions.passphrase
            options.answer = questions.answer
        }
        // Codes are asked for when a person is there, not whenever a line breaks.
        if wasAnswered, !mayAsk || !questions.again(alias) {
            throw SSHError(
                .personWanted, "log in again to", host: alias,
                text: "the session ended, and a person had answered for it")
        }
        let made = try Session.connect(route, options: options)
        session = made
        wasAnswered = made.isAnswered
        return made
    }

    func drop() { session = nil }
}
