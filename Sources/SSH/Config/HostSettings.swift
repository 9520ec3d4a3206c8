/// All that is needed to reach one host: the answer of ssh_config(5) for one name, defaults filled in.
public struct HostSettings: Equatable, Sendable {
    /// What to do with a host of which no key is on record (`StrictHostKeyChecking`).
    public enum UnknownHosts: Equatable, Sendable {
        /// Ask the caller's closure. Also the reading of `no` and `off`: accepting anything silently is not offered.
        case ask
        /// Refuse without asking (`yes`).
        case refuse
        /// Record the key without asking (`accept-new`, which the user wrote).
        case accept
    }

    /// Where the ssh agent listens (`IdentityAgent`).
    public enum Agent: Equatable, Sendable {
        /// The socket in the environment's SSH_AUTH_SOCK, if there is one.
        case environment
        /// This socket.
        case socket(String)
        /// Use no agent.
        case none
    }

    /// The name the user typed.
    public var alias: String
    /// The name or address to connect to.
    public var hostName: String
    /// TCP port.
    public var port: Int
    /// The user to log in as.
    public var user: String
    /// Private key files in the order to try; the usual ones where the configuration names none.
    public var identityFiles: [String]
    /// Certificates for them and for the agent's keys, beside those that lie beside key files.
    public var certificateFiles: [String] = []
    /// Log in by a Kerberos ticket where the server takes one.
    public var usesKerberos = false
    /// Let the host use the ticket too.
    public var delegatesTicket = false
    /// Whether somebody named `identityFiles`: a named file that is missing is worth a word, a usual one is not.
    public var identityFilesAreNamed: Bool
    /// Offer only `identityFiles`, also when the agent holds more.
    public var identitiesOnly: Bool
    /// The agent to ask.
    public var agent: Agent
    /// Files with known host keys that may be added to; the first takes new keys.
    public var userKnownHostsFiles: [String]
    /// Files with known host keys that are only read.
    public var globalKnownHostsFiles: [String]
    /// The name under which the host's key is on record, where it isn't the host's own.
    public var hostKeyAlias: String?
    /// Write new known_hosts lines with a hashed name.
    public var hashKnownHosts: Bool
    /// What to do with a host whose key is not on record.
    public var unknownHosts: UnknownHosts
    /// Time for the TCP connection and the greeting; nil leaves it to the caller.
    public var connectTimeout: Duration?
    /// After this long without a byte from the server ask it for a sign of life; nil never asks.
    public var serverAliveInterval: Duration?
    /// Unanswered questions until the connection counts as broken.
    public var serverAliveCountMax: Int
    /// The list of ciphers in OpenSSH's syntax; nil for the order that is fastest here.
    public var ciphers: String?
    /// The hops that `ProxyJump` names, nearest first.
    public var jumps: [Jump]

    /// The names under which known_hosts may have this host. The first is the one to write: `name`, or `[name]:port`
    /// off the usual port; a line with the bare name counts there as well, as with ssh.
    var knownHostsNames: [String] {
        if let hostKeyAlias { return [hostKeyAlias.lowercased()] }
        let name = hostName.lowercased()
        return port == 22 ? [name] : ["[\(name)]:\(port)", name]
    }
}

/// One hop of a `ProxyJump`.
public struct Jump: Equatable, Sendable {
    /// The hop's name; its own entries in the configuration hold for it.
    public var host: String
    /// The user, where the hop names one.
    public var user: String?
    /// The port, where the hop names one.
    public var port: Int?
}

/// What the caller has decided already; it wins over every file.
public struct HostOverrides: Equatable, Sendable {
    /// Connect to this name instead.
    public var hostName: String?
    /// TCP port.
    public var port: Int?
    /// The user to log in as.
    public var user: String?
    /// The only private key files to try.
    public var identityFiles: [String]?
    /// The only known_hosts files to read, the first of which takes new keys.
    public var knownHostsFiles: [String]?

    /// Overrides for one host; what is nil is left to the files.
    public init(
        hostName: String? = nil, port: Int? = nil, user: String? = nil, identityFiles: [String]? = nil,
        knownHostsFiles: [String]? = nil
    ) {
        self.hostName = hostName
        self.port = port
        self.user = user
        self.identityFiles = identityFiles
        self.knownHostsFiles = knownHostsFiles
    }
}
