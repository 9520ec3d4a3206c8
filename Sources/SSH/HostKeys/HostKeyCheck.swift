import CSSH

/// Decides whether a server is the one it claims to be, before anything is told to it.
struct HostKeyCheck {
    /// What to offer in the handshake, best first.
    let algorithms: [String]
    private let known: KnownHosts
    private let settings: HostSettings
    private let options: ConnectOptions

    init(settings: HostSettings, options: ConnectOptions) throws(SSHError) {
        self.settings = settings
        self.options = options
        do throws(LocalFileError) {
            known = try KnownHosts(reading: settings.userKnownHostsFiles + settings.globalKnownHostsFiles)
        } catch {
            throw SSHError(
                .configInvalid, "look up the key of", host: settings.alias, code: error.code, text: error.description)
        }
        algorithms = known.algorithms(for: settings.knownHostsNames)
    }

    /// Returns the key that the server showed in the handshake if it is on record or accepted now.
    func check(_ handle: borrowing SessionHandle) throws(SSHError) -> PublicKey {
        var raw: ssh_key?
        guard ssh_get_server_publickey(handle.raw, &raw) == SSH_OK, let raw, let key = KeyHandle(raw).publicKey else {
            throw SSHError(
                .hostKeyUnknown, "verify", host: settings.alias, code: handle.errorCode,
                text: "the server showed no key: \(handle.errorText)")
        }
        try check(key)
        return key
    }

    func check(_ key: PublicKey) throws(SSHError) {
        switch known.verdict(on: key, from: settings.knownHostsNames) {
        case .known: return
        case .unknown: try decide(about: key)
        case .changed(let line): throw changed(key, line)
        case .revoked(let line):
            throw SSHError(
                .hostKeyRevoked, "verify", host: settings.alias,
                text: "its \(key.type) key \(key.fingerprint) is marked @revoked at \(line.place)",
                hint: "ask the site's administrator for the host's new key")
        }
    }

    private func decide(about key: PublicKey) throws(SSHError) {
        let name = settings.knownHostsNames[0]
        let file = settings.userKnownHostsFiles.first
        let question = ConnectOptions.UnknownHost(host: settings.alias, name: name, key: key, file: file)
        let isAccepted =
            switch settings.unknownHosts {
            case .accept: true
            case .refuse: false
            case .ask: options.acceptUnknownHost?(question) ?? false
            }
        guard isAccepted else {
            throw SSHError(
                .hostKeyUnknown, "verify", host: settings.alias,
                text: "no key of '\(name)' is on record, and nobody accepted its \(key.type) key \(key.fingerprint)",
                hint: "compare the fingerprint with the site's and accept it once at a terminal: ssh \(settings.alias)")
        }
        guard let file else { return }
        do throws(LocalFileError) {
            try KnownHostsFile.append(key, name: name, hashed: settings.hashKnownHosts, to: file)
        } catch {
            throw SSHError(
                .hostKeyUnknown, "record the key of", host: settings.alias, code: error.code, text: error.description)
        }
    }

    private func changed(_ key: PublicKey, _ line: KnownHostsLine) -> SSHError {
        SSHError(
            .hostKeyChanged, "verify", host: settings.alias,
            text: """
                its key is not the one on record; someone may be listening in
                  offered:   \(key.type) \(key.fingerprint)
                  on record: \(line.key.type) \(line.key.fingerprint) at \(line.place)
                """,
            hint: "ask the site whether the key changed; then: ssh-keygen -R '\(settings.knownHostsNames[0])' "
                + "-f \(line.place.file)")
    }
}
