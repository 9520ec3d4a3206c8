public import MusterCore

/// What a product was made from, as a digest: equal keys mean that nothing which counts has changed.
///
/// In it are the parameters that results depend on, the keys of what is required, the step's name and its code's version.
/// Two products of one step share a key; products of two steps never do.
public struct CacheKey: Hashable, Sendable, CustomStringConvertible {
    /// 32 lower-case hex digits: half of a SHA-256.
    public let text: String

    /// A key that was written down earlier; nil when it is none.
    public init?(_ text: String) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    /// The key of what a step makes.
    ///
    /// - Parameters:
    ///   - step: The step's name.
    ///   - code: Which version of the step's code it is: a number that is counted up, or a digest of the program.
    ///   - parameters: What results depend on. The order of keys does not count, and neither does `1` or `1.0`.
    ///   - requires: The keys of what is required, by product.
    public init(step: String, code: String, parameters: [JSON.Member], requires: [String: CacheKey]) {
        let payload = JSON.object([
            "code": .string(code), "parameters": .object(parameters),
            "requires": .object(requires.map { JSON.Member($0.key, .string($0.value.text)) }),
            "step": .string(step),
        ])
        self.init(digestOf: payload.canonical.bytes)
    }

    /// The key of something that comes from outside, by its content.
    public init(digestOf content: some Collection<UInt8>) {
        text = String(SHA256.hex(content).prefix(32))
    }

    /// The key's text.
    public var description: String { text }
}

extension JSON {
    /// Where in the value a number is not finite, as `a.b[2]`; nil when all are.
    ///
    /// JSON has no word for such a number, so a key could not tell infinity from nothing.
    func placeNotFinite(under place: String) -> String? {
        switch self {
        case .double(let value): value.isFinite ? nil : place
        case .array(let elements):
            elements.enumerated().lazy.compactMap { $1.placeNotFinite(under: "\(place)[\($0)]") }.first
        case .object(let members):
            members.lazy.compactMap { $0.value.placeNotFinite(under: "\(place).\($0.key)") }.first
        case .null, .bool, .int, .string: nil
        }
    }
}
