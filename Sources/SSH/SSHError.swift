/// What went wrong between this machine and a host: what was tried, where, what came back, what to type next.
public struct SSHError: Error, Equatable, Sendable {
    /// The classes of failure that callers tell apart.
    public enum Kind: String, Sendable, CaseIterable {
        /// No TCP connection, or the far side is no SSH server.
        case unreachable
        /// The time allowed for the operation ran out.
        case timedOut
        /// No known_hosts file has a key of the host, and nobody accepted the one it offered.
        case hostKeyUnknown
        /// The host offers another key than the one on record. Never overridable from here.
        case hostKeyChanged
        /// The key that the host offers is marked `@revoked`.
        case hostKeyRevoked
        /// The host refused every identity there was to offer.
        case authenticationFailed
        /// The host asks what only a person can answer, a password or a code, and nobody is there to be asked.
        case personWanted
        /// The connection stands, but a channel could not be opened or used as asked.
        case channelFailed
        /// An established connection broke or was closed.
        case disconnected
        /// The ssh configuration can't be read or asks for something that is not supported.
        case configInvalid
        /// Files could not be read, written or checked on one of the two sides.
        case transferFailed
    }

    /// The class of failure, to branch on.
    public let kind: Kind
    /// What was tried, as a phrase that follows "cannot": "connect to", "open a channel on" ...
    public let operation: String
    /// The host as the user named it.
    public let host: String
    /// libssh's error code or the system's errno; 0 where neither spoke.
    public let code: Int32
    /// What came back, in the words of whoever refused.
    public let text: String
    /// What to type or to look at next.
    public let hint: String?

    /// An error; `code` and `hint` where there are any.
    public init(
        _ kind: Kind, _ operation: String, host: String, code: Int32 = 0, text: String, hint: String? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.host = host
        self.code = code
        self.text = text
        self.hint = hint
    }

    /// Whether the same call may succeed later without anyone changing anything.
    public var isTransient: Bool {
        switch kind {
        case .unreachable, .timedOut, .disconnected: true
        case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .authenticationFailed, .personWanted, .channelFailed,
            .configInvalid, .transferFailed:
            false
        }
    }
}

extension SSHError: CustomStringConvertible {
    /// The whole story, one fact a line.
    public var description: String {
        var lines = ["cannot \(operation) '\(host)': \(text)"]
        if let hint { lines.append("try: \(hint)") }
        return lines.joined(separator: "\n  ")
    }
}
