/// SHA-256 (FIPS 180-4), for fingerprints and the names of things by their content.
///
/// Kept here, and not taken from a package, because the core imports nothing and the agent must stay one small file.
public struct SHA256: Sendable {
    private var state = SIMD8<UInt32>(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
    /// Less than a block that waits for more: its first `held` bytes.
    private var pending = SIMD64<UInt8>(), held = 0
    private var count: UInt64 = 0

    /// An empty digest.
    public init() {}

    /// Takes in more bytes.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        count += UInt64(bytes.count)
        let taken: Void? = bytes.withContiguousStorageIfAvailable { take(UnsafeRawBufferPointer($0)) }
        if taken == nil { Array(bytes).withUnsafeBytes { take($0) } }
    }

    /// The 32 bytes of the digest of all that was taken in.
    public consuming func finish() -> [UInt8] {
        var (block, state) = (pending, state)
        let (held, count) = (held, count)
        withUnsafeMutableBytes(of: &block) { space in
            space[held] = 0x80
            for at in (held + 1)..<64 { space[at] = 0 }
            // The length does not fit behind the mark: it has a block of its own.
            if held >= 56 {
                Self.compress(UnsafeRawBufferPointer(space), &state)
                for at in 0..<56 { space[at] = 0 }
            }
            space.storeBytes(of: (count * 8).bigEndian, toByteOffset: 56, as: UInt64.self)
            Self.compress(UnsafeRawBufferPointer(space), &state)
        }
        return [UInt8](unsafeUninitializedCapacity: 32) { out, used in
            let raw = UnsafeMutableRawBufferPointer(out)
            for index in 0..<8 {
                raw.storeBytes(of: state[index].bigEndian, toByteOffset: index * 4, as: UInt32.self)
            }
            used = 32
        }
    }

    /// The digest of `bytes` as 64 lower-case hex digits.
    public static func hex(_ bytes: some Collection<UInt8>) -> String {
        var digest = SHA256()
        digest.update(bytes)
        return Hex.text(digest.finish())
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        if held > 0 {
            let (start, missing) = (held, min(64 - held, rest.count))
            withUnsafeMutableBytes(of: &pending) { space in
                UnsafeMutableRawBufferPointer(rebasing: space[start...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: rest[..<missing]))
            }
            held += missing
            if held == 64 {
                let block = pending
                withUnsafeBytes(of: block) { Self.compress($0, &state) }
                held = 0
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[missing...])
        }
        let whole = rest.count & ~63
        if whole > 0 { Self.compress(UnsafeRawBufferPointer(rebasing: rest[..<whole]), &state) }
        guard whole < rest.count else { return }
        held = rest.count - whole
        withUnsafeMutableBytes(of: &pending) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[whole...]))
        }
    }

    /// Takes in whole blocks of 64 bytes. Of the schedule the sixteen words are kept that the next one is made of.
    private static func compress(_ blocks: UnsafeRawBufferPointer, _ state: inout SIMD8<UInt32>) {
        @inline(__always) func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { w in
            constants.withUnsafeBufferPointer { constants in
                for start in stride(from: 0, to: blocks.count, by: 64) {
                    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
                    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
                    @inline(__always) func round(_ i: Int, _ word: UInt32) {
                        let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
                        let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ word
                        let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
                        let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
                        (h, g, f, e) = (g, f, e, d &+ t1)
                        (d, c, b, a) = (c, b, a, t1 &+ t2)
                    }
                    for i in 0..<16 {
                        let word = blocks.loadUnaligned(fromByteOffset: start + i * 4, as: UInt32.self).bigEndian
                        w.initializeElement(at: i, to: word)
                        round(i, word)
                    }
                    for i in 16..<64 {
                        let (x, y) = (w[(i - 15) & 15], w[(i - 2) & 15])
                        let s0 = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3
                        let s1 = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10
                        let word = w[i & 15] &+ s0 &+ w[(i - 7) & 15] &+ s1
                        w[i & 15] = word
                        round(i, word)
                    }
                    state = state &+ SIMD8(a, b, c, d, e, f, g, h)
                }
            }
        }
    }

    private static let constants: [UInt32] = [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ]
}

/// Bytes as hex digits.
public enum Hex {
    /// Two lower-case digits a byte.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { out in
            func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
            for (index, byte) in bytes.enumerated() {
                out.initializeElement(at: index * 2, to: digit(byte >> 4))
                out.initializeElement(at: index * 2 + 1, to: digit(byte & 15))
            }
            return bytes.count * 2
        }
    }
}
