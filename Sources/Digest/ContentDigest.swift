import CShims
import Glibc

/// SHA-256 (FIPS 180-4) of contents of any size, taken in part by part; by the CPU's own instructions where it has them.
public struct ContentDigest: Sendable {
    private static let hasInstructions = cshims_sha256_is_fast()

    private let isFast: Bool
    // The first 32 bits of the fractional parts of the square roots of the first eight primes (section 5.3.3).
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// Less than a block that waits for more.
    private var pending: [UInt8] = []
    private var count: UInt64 = 0

    /// Of nothing so far.
    public init() { self.init(isFast: true) }

    /// `isFast` false does without the CPU's own instructions.
    init(isFast: Bool) { self.isFast = isFast && Self.hasInstructions }

    /// Takes in more bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count += UInt64(bytes.count)
        var rest = bytes
        if !pending.isEmpty {
            let missing = min(64 - pending.count, rest.count)
            pending += rest[..<missing]
            rest = UnsafeRawBufferPointer(rebasing: rest[missing...])
            guard pending.count == 64 else { return }
            let block = pending
            block.withUnsafeBytes { compress($0) }
            pending.removeAll(keepingCapacity: true)
        }
        compress(rest)
        pending += rest[(rest.count / 64 * 64)...]
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let taken: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if taken == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// The 32 bytes of the digest of all that was taken in.
    public consuming func finish() -> [UInt8] {
        let bits = count * 8
        var tail: [UInt8] = [0x80]
        while (pending.count + tail.count) % 64 != 56 { tail.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        update(tail)
        return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
    }

    /// As `finish()`, as 64 lower-case hex digits.
    public consuming func finishHex() -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: finish().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Takes in all whole blocks of these.
    private mutating func compress(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 64, let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
        cshims_sha256_blocks(&state, start, bytes.count / 64, isFast)
    }
}
