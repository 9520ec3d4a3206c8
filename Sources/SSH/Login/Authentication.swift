import CSSH

/// Logs in: agent keys first, then key files, then what a person answers, as far as the server allows each. A server may
/// want several of these.
struct Authentication {
    enum Answer {
        case accepted
        /// Right, but the server wants something more.
        case partly
        case refused

        /// What libssh's code means.
        init(_ code: Int32) {
            self =
                switch code {
                case Int32(SSH_AUTH_SUCCESS.rawValue): .accepted
                case Int32(SSH_AUTH_PARTIAL.rawValue): .partly
                default: .refused
                }
        }
    }

    let session: Session
    let options: ConnectOptions
    var settings: HostSettings { session.settings }
    /// What was tried and what came of it, for the error.
    var story: [String] = []
    var hint: String?
    /// The server asked what only a person can answer, and nobody was there; a person answered what let us in.
    var isPersonWanted = false, isAnswered = false
    /// What the server took, once it has let us in.
    private(set) var accepted = ""

    init(of session: Session, options: ConnectOptions) {
        self.session = session
        self.options = options
    }

    /// Returns once the server has let us in.
    mutating func run() throws(SSHError) {
        if try ask({ ssh_userauth_none($0, nil) }) == .accepted {
            accepted = "no proof at all"
            return
        }
        if allows(SSH_AUTH_METHOD_GSSAPI_MIC), try offerTicket() { return }
        if allows(SSH_AUTH_METHOD_PUBLICKEY) {
            let certificates = readCertificates()
            let files = settings.identityFiles.map { IdentityFile($0, others: certificates) }
            if try offerAgent(files) { return }
            // A server that took one key and wants something else no longer allows keys.
            for file in files where allows(SSH_AUTH_METHOD_PUBLICKEY) { if try offer(file) { return } }
        }
        if allows(SSH_AUTH_METHOD_INTERACTIVE) {
            if try answerQuestions() { return }
        } else if allows(SSH_AUTH_METHOD_PASSWORD) {
            if try answerPassword() { return }
        }
        throw refusal()
    }

    private var allowed: Int32 { ssh_userauth_list(session.handle.raw, nil) }
    private func allows(_ method: some BinaryInteger) -> Bool { allowed & Int32(method) != 0 }

    func userauth(_ call: (ssh_session) -> Int32) throws(SSHError) -> Int32 {
        try session.perform(
            "log in to", onError: .authenticationFailed, again: Int32(SSH_AUTH_AGAIN.rawValue),
            error: SSH_AUTH_ERROR.rawValue, call)
    }

    func ask(_ call: (ssh_session) -> Int32) throws(SSHError) -> Answer { Answer(try userauth(call)) }

    /// Notes the answer; true if the login is done.
    mutating func note(_ answer: Answer, _ what: String) -> Bool {
        switch answer {
        case .accepted:
            accepted = what
            return true
        case .partly: story.append("\(what): accepted, but the server wants more")
        case .refused: story.append("\(what): refused")
        }
        return false
    }

    private mutating func offerAgent(_ files: [IdentityFile]) throws(SSHError) -> Bool {
        guard case .socket(let path) = settings.agent else {
            story.append("agent: none")
            return false
        }
        let offer: AgentOffer
        do throws(LocalFileError) {
            offer = try AgentOffer(path: path, files: files, only: settings.identitiesOnly)
        } catch {
            story.append("agent: \(error.description)")
            return false
        }
        guard !offer.identities.isEmpty else {
            story.append("agent: holds no key \(settings.identitiesOnly ? "of the identity files" : "")")
            return false
        }
        let answer = try offer.withAgent(of: session.handle) { () throws(SSHError) in
            try ask { ssh_userauth_agent($0, nil) }
        }
        let count = offer.identities.count
        let isIn = note(answer ?? .refused, count == 1 ? "the agent's key" : "one of the agent's \(count) keys")
        if !isIn { story += offer.certificates.compactMap(objection) }
        return isIn
    }

    private mutating func offer(_ file: IdentityFile) throws(SSHError) -> Bool {
        switch file.condition {
        case .missing:
            if settings.identityFilesAreNamed { story.append("\(file.path): no such file") }
        case .unreadable(let text): story.append("\(file.path): \(text)")
        case .exposed:
            story.append("\(file.path): others can read it, so it is not used")
            hint = "chmod 600 \(file.path)"
        case .publicOnly: story.append("\(file.path): only the public half, and the agent has no other")
        case .encrypted: return try offerLocked(file)
        case .ready:
            guard let key = file.privateKey(passphrase: nil) else {
                story.append("\(file.path): no private key that libssh can read")
                return false
            }
            return try offer(key, of: file)
        }
        return false
    }

    /// Asks for a passphrase only after the server said that it would take the key.
    private mutating func offerLocked(_ file: IdentityFile) throws(SSHError) -> Bool {
        if let half = file.publicKey, try !wouldAccept(half, or: file.certificates) {
            story.append("\(file.path): refused")
            story += file.certificates.compactMap(objection)
            return false
        }
        guard let passphrase = options.passphrase else {
            story.append("\(file.path): encrypted, and nobody is there to unlock it")
            hint = "ssh-add \(file.path)"
            return false
        }
        for failures in 0..<3 {
            guard let word = passphrase(.init(path: file.path, failures: failures)) else { break }
            guard let key = file.privateKey(passphrase: word) else { continue }
            return try offer(key, of: file)
        }
        story.append("\(file.path): not unlocked")
        return false
    }

    private func wouldAccept(_ key: PublicKey, or certificates: [Certificate]) throws(SSHError) -> Bool {
        for certificate in certificates {
            guard let handle = certificate.handle else { continue }
            if try ask({ ssh_userauth_try_publickey($0, nil, handle.raw) }) == .accepted { return true }
        }
        var raw: ssh_key?
        let type = ssh_key_type_from_name(key.type)
        guard ssh_pki_import_pubkey_base64(Base64.encode(key.body), type, &raw) == SSH_OK, let raw else { return true }
        let handle = KeyHandle(raw)
        return try ask { ssh_userauth_try_publickey($0, nil, handle.raw) } == .accepted
    }

    private func refusal() -> SSHError {
        let names: [(Int32, String)] = [
            (Int32(SSH_AUTH_METHOD_PUBLICKEY), "publickey"), (Int32(SSH_AUTH_METHOD_PASSWORD), "password"),
            (Int32(SSH_AUTH_METHOD_INTERACTIVE), "keyboard-interactive"),
            (Int32(SSH_AUTH_METHOD_HOSTBASED), "hostbased"), (Int32(SSH_AUTH_METHOD_GSSAPI_MIC), "gssapi-with-mic"),
        ]
        let allowed = allowed
        let methods = names.filter { allowed & $0.0 != 0 }.map(\.1).joined(separator: ", ")
        let lines = ["user '\(settings.user)' was not let in; the server allows \(methods)"] + story
        return SSHError(
            isPersonWanted ? .personWanted : .authenticationFailed, "log in to", host: settings.alias,
            text: lines.joined(separator: "\n  "),
            hint: hint ?? "see what works on: ssh -v \(settings.alias)")
    }
}
