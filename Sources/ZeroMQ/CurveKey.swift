internal import CZMQ

/// A CURVE public key: 32 bytes (RFC 26), written as 40 characters of Z85 (RFC 32).
public struct CurveKey: Sendable, Hashable, CustomStringConvertible {
    /// Exactly 32.
    public let bytes: [UInt8]

    /// nil unless there are 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// nil unless `z85` is 40 characters of the Z85 alphabet whose groups of five stay within 32 bits.
    public init?(z85: String) {
        guard let bytes = decode(z85) else { return nil }
        self.bytes = bytes
    }

    /// 40 characters of printable ASCII; among them are some that shells and YAML treat specially.
    public var z85: String { encode(bytes) }

    /// The same as ``z85``.
    public var description: String { z85 }
}

/// A CURVE secret key. Its text comes out only where ``z85`` is asked for by name: descriptions, `dump` and
/// `print` show that it is there and nothing of it.
public struct CurveSecretKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    /// nil unless there are 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// nil unless `z85` is 40 characters of the Z85 alphabet whose groups of five stay within 32 bits.
    public init?(z85: String) {
        guard let bytes = decode(z85) else { return nil }
        self.bytes = bytes
    }

    /// The secret itself, for a file that only its owner can read.
    public var z85: String { encode(bytes) }

    /// Never the secret.
    public var description: String { "CurveSecretKey(redacted)" }
    /// Never the secret.
    public var debugDescription: String { description }
    /// Empty, so that `dump` and failing test expectations show nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A secret key with its public key.
public struct CurveKeyPair: Sendable {
    /// What the other side may know.
    public let publicKey: CurveKey
    /// What proves to be the owner of ``publicKey``.
    public let secretKey: CurveSecretKey

    /// A new random pair. Fails with `ENOTSUP` when libzmq was built without CURVE.
    public static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var (publicText, secretText) = (z85Buffer(), z85Buffer())
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .last("zmq_curve_keypair") }
        return try CurveKeyPair("zmq_curve_keypair", publicText, secretText)
    }

    /// The pair of a secret key that was kept.
    public init(secretKey: CurveSecretKey) throws(ZeroMQError) {
        var publicText = z85Buffer()
        guard zmq_curve_public(&publicText, secretKey.z85) == 0 else { throw .last("zmq_curve_public") }
        try self.init("zmq_curve_public", publicText, secretKey.z85.utf8CString.map { $0 })
    }

    private init(_ operation: String, _ publicText: [CChar], _ secretText: [CChar]) throws(ZeroMQError) {
        guard let publicKey = CurveKey(z85: text(publicText)), let secretKey = CurveSecretKey(z85: text(secretText))
        else { throw .make(operation, "key", code: EINVAL) }
        self.publicKey = publicKey
        self.secretKey = secretKey
    }
}

private func z85Buffer() -> [CChar] { [CChar](repeating: 0, count: 41) }

private func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

private func encode(_ bytes: [UInt8]) -> String {
    var buffer = z85Buffer()
    zmq_z85_encode(&buffer, bytes, bytes.count)
    return text(buffer)
}

/// Refuses what libzmq's decoder would read beyond its table or its buffer, before it sees it.
private func decode(_ z85: String) -> [UInt8]? {
    let plain = z85.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    guard plain, z85.utf8.count == 40 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 32)
    return zmq_z85_decode(&bytes, z85) == nil ? nil : bytes
}
