/// What the ssh program says when it can't do what it was asked, as the error that a session of our own would throw.
package enum ProgramWords {
    /// Words of ssh(1) and the class of failure that they tell of; the first that is said counts.
    private static let table: [(words: String, kind: SSHError.Kind, hint: String?)] = [
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", .hostKeyChanged, "ask the site whether the key changed"),
        ("REVOKED HOST KEY", .hostKeyRevoked, "ask the site's administrator for the host's new key"),
        ("marked as revoked", .hostKeyRevoked, "ask the site's administrator for the host's new key"),
        ("Host key verification failed", .hostKeyUnknown, "compare the fingerprint with the site's and accept it once"),
        ("Session open refused by peer", .channelFailed, "sshd's MaxSessions is too small for what runs at once"),
        ("Permission denied (", .authenticationFailed, nil),
        ("Too many authentication failures", .authenticationFailed, "name the right key as 'identity_file'"),
        ("No more authentication methods", .authenticationFailed, nil),
        ("Bad configuration option", .configInvalid, "put the option right in ~/.ssh/config"),
        ("Bad owner or permissions on", .configInvalid, "ssh uses no file that others may write: chmod 600"),
        ("terminating, ", .configInvalid, "put the option right in ~/.ssh/config"),
        ("Connection timed out", .timedOut, "check the network or VPN, and whether it needs a ProxyJump"),
        ("Operation timed out", .timedOut, "check the network or VPN, and whether it needs a ProxyJump"),
        ("Timeout, server", .disconnected, "check the network; ServerAliveInterval in ~/.ssh/config sets the limit"),
        ("Could not resolve hostname", .unreachable, "check HostName in ~/.ssh/config and the network"),
        ("Connection refused", .unreachable, "check the port: nothing listens there"),
    ]

    /// The error for what ssh said before it ended.
    ///
    /// - Parameter isEstablished: The login was done; what broke is a connection that stood.
    package static func error(
        _ said: String, host: String, isEstablished: Bool = false, code: Int32 = 255
    ) -> SSHError {
        let lines = said.split(whereSeparator: \.isNewline).map { $0.filter { $0 != "\r" } }
        let text = lines.suffix(12).joined(separator: "\n  ")
        let found = table.first { entry in said.contains(entry.words) }
        let kind = found?.kind ?? (isEstablished ? .disconnected : .unreachable)
        let operation =
            switch kind {
            case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked: "verify"
            case .authenticationFailed: "log in to"
            case .disconnected: "stay connected to"
            case .channelFailed: "start a command on"
            default: "connect to"
            }
        let words = text.isEmpty ? "the ssh program ended with status \(code) and said nothing" : text
        // Answers that a person would give are not asked for in a script.
        if kind == .authenticationFailed, asksPeople(said) {
            return SSHError(.personWanted, operation, host: host, code: code, text: words, hint: found?.hint)
        }
        return SSHError(
            kind, operation, host: host, code: code, text: words,
            hint: kind.isOfHostKey
                ? "\(found?.hint ?? "") at a terminal: ssh \(host)"
                : found?.hint ?? "see what happens on: ssh -v \(host)")
    }

    /// Whether the methods that the server would still have taken are answered by people.
    private static func asksPeople(_ said: String) -> Bool {
        guard let start = said.firstRange(of: "Permission denied (") else { return false }
        let methods = said[start.upperBound...].prefix { $0 != ")" }.split(separator: ",")
        return methods.contains("keyboard-interactive") || methods.contains("password")
    }
}

extension SSHError.Kind {
    var isOfHostKey: Bool { self == .hostKeyUnknown || self == .hostKeyChanged || self == .hostKeyRevoked }
}
