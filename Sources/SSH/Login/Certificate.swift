import Glibc

/// A user's certificate (OpenSSH's PROTOCOL.certkeys): whose key, for which accounts, from when until when.
struct Certificate: Equatable {
    /// The certificate as it is offered.
    let body: [UInt8]
    /// The plain public key that it is about, in its own wire form.
    let keyBody: [UInt8]
    /// What the authority called it.
    let keyID: String
    /// Accounts that it is for; empty for all.
    let principals: [String]
    /// Seconds since 1970 from which on, and before which, it is good; the highest number is for ever.
    let validAfter: UInt64, validBefore: UInt64

    /// Reads the wire form; nil for anything but a certificate.
    init?(body: [UInt8]) {
        var rest = WireReader(body)
        guard let type = rest.text(), let fields = Self.fields(of: type), rest.bytes() != nil else { return nil }
        let name = Array(type.replacing("-cert-v01", with: "").utf8)
        // Names of plain keys carry a domain only where OpenSSH made them up.
        var key = Self.field(
            type.hasPrefix("sk-") ? name : name.split(separator: UInt8(ascii: "@")).first.map { Array($0) } ?? [])
        for _ in 0..<fields {
            guard let value = rest.bytes() else { return nil }
            key += Self.field(value)
        }
        guard rest.number(8) != nil, rest.number(4) != nil, let keyID = rest.text(), let names = rest.bytes(),
            let after = rest.number(8), let before = rest.number(8)
        else { return nil }
        var list = WireReader(names)
        var principals: [String] = []
        while let name = list.text() { principals.append(name) }
        (self.body, keyBody, self.keyID, self.principals) = (body, key, keyID, principals)
        (validAfter, validBefore) = (after, before)
    }

    private static func field(_ bytes: [UInt8]) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }

    /// Reads the first line of a `-cert.pub` file.
    init?(file path: String) {
        guard let text = try? LocalFile.read(path),
            let key = PublicKey(publicKeyLine: String(decoding: text, as: UTF8.self))
        else { return nil }
        self.init(body: key.body)
    }

    /// How many fields a key of the type has.
    private static func fields(of type: String) -> Int? {
        guard let end = type.firstRange(of: "-cert-v0") else { return nil }
        return switch type[..<end.lowerBound] {
        case "ssh-ed25519": 1
        case "sk-ssh-ed25519", "ssh-rsa": 2
        case "sk-ecdsa-sha2-nistp256": 3
        case "ssh-dss": 4
        case let type where type.hasPrefix("ecdsa-sha2-"): 2
        default: nil
        }
    }

    /// Why a server may refuse it for a user at a time, in seconds since 1970; nil where nothing stands against it.
    func objection(for user: String, at now: UInt64) -> String? {
        let name = "the certificate '\(keyID)'"
        if now >= validBefore { return "\(name) was valid until \(Self.time(validBefore))" }
        if now < validAfter { return "\(name) is valid only from \(Self.time(validAfter)) on" }
        guard !principals.isEmpty, !principals.contains(user) else { return nil }
        return "\(name) is for \(principals.joined(separator: ", ")), not for '\(user)'"
    }

    /// `2026-01-31 12:00:00 UTC`.
    private static func time(_ seconds: UInt64) -> String {
        guard var value = time_t(exactly: seconds) else { return "ever" }
        var parts = tm()
        gmtime_r(&value, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
        return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Reads the fields of RFC 4251, section 5, one after the other.
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// A number of so many bytes, the highest first.
    mutating func number(_ count: Int) -> UInt64? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Bytes behind their count.
    mutating func bytes() -> [UInt8]? {
        guard let count = number(4), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    /// Text behind its length.
    mutating func text() -> String? { bytes().map { String(decoding: $0, as: UTF8.self) } }
}
