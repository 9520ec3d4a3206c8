/// One entry of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
struct KnownHostsLine: Equatable, Sendable {
    enum Marker: Equatable, Sendable {
        case none
        case certificateAuthority
        case revoked
    }

    let marker: Marker
    let names: Names
    let key: PublicKey
    let place: Place

    enum Names: Equatable, Sendable {
        case patterns([String])
        /// HMAC-SHA1 of the name, keyed with the salt.
        case hashed(salt: [UInt8], hash: [UInt8])
    }

    /// Reads one line; nil for blank lines, comments, and lines that make no sense, which ssh passes over too.
    static func parse(_ text: some StringProtocol, at place: Place) -> KnownHostsLine? {
        var words = text.split(whereSeparator: \.isWhitespace)[...]
        guard let first = words.first, !first.hasPrefix("#") else { return nil }
        var marker = Marker.none
        if first.hasPrefix("@") {
            switch first {
            case "@revoked": marker = .revoked
            case "@cert-authority": marker = .certificateAuthority
            default: return nil
            }
            words = words.dropFirst()
        }
        guard words.count >= 3, let names = parse(names: String(words[words.startIndex])) else { return nil }
        let type = String(words[words.startIndex + 1])
        guard let key = PublicKey(type: type, base64: words[words.startIndex + 2]) else { return nil }
        return KnownHostsLine(marker: marker, names: names, key: key, place: place)
    }

    private static func parse(names text: String) -> Names? {
        guard text.hasPrefix("|") else {
            return .patterns(text.lowercased().split(separator: ",").map(String.init))
        }
        let parts = text.split(separator: "|")
        guard parts.count == 3, parts[0] == "1", let salt = Base64.decode(parts[1]), let hash = Base64.decode(parts[2])
        else { return nil }
        return .hashed(salt: salt, hash: hash)
    }

    /// Whether the line is about this host; `name` in lower case, with brackets and port off the usual port.
    func names(_ name: String) -> Bool {
        switch names {
        case .patterns(let patterns): Pattern.list(patterns, matches: name)
        case .hashed(let salt, let hash): SHA1.hmac(key: salt, Array(name.utf8)) == hash
        }
    }
}
