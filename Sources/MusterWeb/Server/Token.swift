/// What whoever has it may read the pages with: 128 random bits as 32 hexadecimal digits, or what the user chose.
public struct Token: Sendable {
    /// As it stands in addresses.
    public let text: String

    /// A new one, out of the system's generator.
    public init() {
        var random = SystemRandomNumberGenerator()
        text = (0..<16).map { _ in
            let hex = String(UInt8.random(in: 0...255, using: &random), radix: 16)
            return hex.count < 2 ? "0" + hex : hex
        }.joined()
    }

    /// Compares in a time that does not tell how much of `told` is right.
    func matches(_ told: some StringProtocol) -> Bool {
        let (own, other) = (Array(text.utf8), Array(told.utf8))
        guard !other.isEmpty, other.count <= 256 else { return false }
        var difference = UInt(bitPattern: own.count ^ other.count)
        for index in own.indices { difference |= UInt(own[index] ^ other[index % other.count]) }
        return difference == 0
    }
}
