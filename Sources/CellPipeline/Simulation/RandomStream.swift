import Glibc

/// Random numbers that depend on nothing but a seed and the place they are for.
///
/// The generator is SplitMix64 (Steele, Lea and Flood 2014). A stream for each scene, field of view, channel and frame
/// makes a frame's noise independent of what was drawn before it.
struct RandomStream {
    private var state: UInt64

    init(seed: UInt64, _ place: [Int]) {
        state = seed
        for number in place { state = next() ^ UInt64(truncatingIfNeeded: number) }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Evenly spread over the range.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        let share = Double(next() >> 11) / Double(1 << 53)
        return range.lowerBound + share * (range.upperBound - range.lowerBound)
    }

    /// Nearly normal with mean 0 and deviation 1: four even numbers of 16 bits added up, so never beyond 3.5.
    mutating func noise() -> Float {
        let bits = next()
        let low = (bits & 0x0000_ffff_0000_ffff) &+ ((bits >> 16) & 0x0000_ffff_0000_ffff)
        let sum = Int32(truncatingIfNeeded: (low & 0x3ffff) &+ (low >> 32))
        // Four numbers from 0 to 65535: mean 131070, deviation 65536 / sqrt(3).
        return Float(sum &- 131_070) * (1.732_050_8 / 65_536)
    }
}
