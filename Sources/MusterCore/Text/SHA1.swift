/// SHA-1 (FIPS 180-4), because git names contents by it. It is no protection against anybody: for that there is `SHA256`.
public struct SHA1: Sendable {
    private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
        0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
    )
    /// Less than a block that waits for more.
    private var pending: [UInt8] = []
    private var count: UInt64 = 0

    /// An empty digest.
    public init() {}

    /// Takes in more bytes.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        count += UInt64(bytes.count)
        pending += bytes
        let whole = pending.count / 64 * 64
        for start in stride(from: 0, to: whole, by: 64) { compress(start) }
        pending.removeFirst(whole)
    }

    /// The 20 bytes of the digest of all that was taken in.
    public consuming func finish() -> [UInt8] {
        let bits = count * 8
        var tail: [UInt8] = [0x80]
        while (pending.count + tail.count) % 64 != 56 { tail.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        update(tail)
        return [state.0, state.1, state.2, state.3, state.4].flatMap { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }

    /// The digest of `bytes` as 40 lower-case hex digits.
    public static func hex(_ bytes: some Collection<UInt8>) -> String {
        var digest = SHA1()
        digest.update(bytes)
        return Hex.text(digest.finish())
    }

    private mutating func compress(_ start: Int) {
        func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x << n | x >> (32 - n) }
        var w = [UInt32](repeating: 0, count: 80)
        for i in 0..<16 {
            let at = start + i * 4
            let high = UInt32(pending[at]) << 24 | UInt32(pending[at + 1]) << 16
            w[i] = high | UInt32(pending[at + 2]) << 8 | UInt32(pending[at + 3])
        }
        for i in 16..<80 { w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1) }
        var (a, b, c, d, e) = state
        for i in 0..<80 {
            let (f, k): (UInt32, UInt32) =
                switch i {
                case ..<20: ((b & c) | (~b & d), 0x5a82_7999)
                case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case ..<60: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotate(a, 5) &+ f &+ e &+ k &+ w[i]
            (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }
}

/// How git names the content of a file.
public enum GitBlob {
    /// The hash of `blob N`, a zero byte and the content: what `git hash-object` prints.
    public static func hash(_ content: some Collection<UInt8>) -> String {
        var digest = SHA1()
        digest.update(Array("blob \(content.count)\0".utf8))
        digest.update(content)
        return Hex.text(digest.finish())
    }
}
