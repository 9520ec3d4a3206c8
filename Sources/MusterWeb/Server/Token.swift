/// What whoever has it may read the pages with: 128 random bits as 32 hexadecimal digits, or what stands in the user's file.
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

    /// The fewest and the most characters of one that somebody chose.
    static let lengths = 20...256

    /// One that somebody chose; nil where it is too short to keep anybody out, or would not stand in a URL and a cookie.
    init?(chosen text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
            default: false
            }
        }
        guard isPlain, Self.lengths.contains(text.utf8.count) else { return nil }
        self.text = text
    }

    /// Compares in a time that does not tell how much of `told` is right.
    func matches(_ told: some StringProtocol) -> Bool {
        let (own, other) = (Array(text.utf8), Array(told.utf8))
        guard !other.isEmpty, other.count <= 256 else { return false }
        var difference = UInt(bitPattern: own.count ^ other.count)
        for index in own.indices { difference |= UInt(own[index] ^ other[index % other.count]) }
        return difference == 0
    }

    /// A short word that stays the same with the token and does not tell it (FNV-1a, 32 bits).
    var mark: String {
        String(text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }, radix: 16)
    }
}
