/// What a connection asks its caller, and how long it waits.
///
/// The closures are called on the thread that connects, for every hop on the way as well.
public struct ConnectOptions: Sendable {
    /// A host key that no file knows.
    public struct UnknownHost: Sendable {
        /// The host as the user named it.
        public let host: String
        /// The name that will stand in known_hosts.
        public let name: String
        /// The key it offers; its fingerprint is what a person compares.
        public let key: PublicKey
        /// The file that takes the key when it is accepted.
        public let file: String?
    }

    /// A private key file that is encrypted and that the server would accept.
    public struct LockedIdentity: Sendable {
        /// The file.
        public let path: String
        /// How many passphrases were wrong so far.
        public let failures: Int
    }

    /// Decides about an unknown host; true records the key. Without it unknown hosts are refused, as scripts must.
    public var acceptUnknownHost: (@Sendable (UnknownHost) -> Bool)?
    /// Gives the passphrase of a private key, nil to pass the key over. Without it encrypted keys are passed over.
    public var passphrase: (@Sendable (LockedIdentity) -> String?)?
    /// Has a person answer what the server asks: as many answers as there are questions, or nil to give up. Without it such
    /// servers are not entered.
    public var answer: (@Sendable (Challenge) -> [String]?)?
    /// Time for each step of connecting where the configuration has no `ConnectTimeout`.
    public var timeout: Duration
    /// Silence after which the server is asked for a sign of life where the configuration does not say.
    public var serverAliveInterval: Duration?

    /// Options; the ones of a script by default.
    public init(
        timeout: Duration = .seconds(30), serverAliveInterval: Duration? = .seconds(30),
        acceptUnknownHost: (@Sendable (UnknownHost) -> Bool)? = nil,
        passphrase: (@Sendable (LockedIdentity) -> String?)? = nil,
        answer: (@Sendable (Challenge) -> [String]?)? = nil
    ) {
        self.timeout = timeout
        self.serverAliveInterval = serverAliveInterval
        self.acceptUnknownHost = acceptUnknownHost
        self.passphrase = passphrase
        self.answer = answer
    }
}
