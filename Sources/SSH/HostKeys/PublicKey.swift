/// A public key: its type's name and its body in the wire form of RFC 4253, section 6.6.
public struct PublicKey: Equatable, Hashable, Sendable {
    /// For example `ssh-ed25519`.
    public let type: String
    /// The key's body, which starts with the type's name.
    public let body: [UInt8]

    init(type: String, body: [UInt8]) {
        self.type = type
        self.body = body
    }

    /// The key in the form that files use, base64; nil unless the body holds the type it claims.
    init?(type: String, base64: some StringProtocol) {
        guard let body = Base64.decode(base64), PublicKey.typeName(in: body) == type else { return nil }
        self.init(type: type, body: body)
    }

    /// The key of a body that comes with its type only inside; nil when there is none.
    init?(body: [UInt8]) {
        guard let type = PublicKey.typeName(in: body) else { return nil }
        self.init(type: type, body: body)
    }

    /// Reads the first line of a `.pub` file.
    init?(publicKeyLine text: String) {
        let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard words.count >= 2 else { return nil }
        self.init(type: String(words[0]), base64: words[1])
    }

    /// `SHA256:...` as ssh and ssh-keygen print it.
    public var fingerprint: String {
        "SHA256:" + Base64.encode(SHA256.hash(body), padded: false)
    }

    /// The type and the base64 body, as in a known_hosts line.
    public var line: String { "\(type) \(Base64.encode(body))" }

    private static func typeName(in body: [UInt8]) -> String? {
        guard body.count > 4 else { return nil }
        let count = body[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard count > 0, count <= body.count - 4 else { return nil }
        return String(decoding: body[4..<4 + count], as: UTF8.self)
    }
}
