/// The exact decimal value of a finite double: a double is a whole number times a power of two, so its decimal digits end.
struct DecimalDigits {
    /// Digits, the first one not 0 unless it is the only one.
    private(set) var digits: [UInt8]
    /// Power of ten of the first digit.
    private(set) var exponent: Int

    /// The digits of a number without its sign.
    init(_ value: Double) {
        guard value != 0 else {
            digits = [0]
            exponent = 0
            return
        }
        // value = significand * 2^power, and 2^-k = 5^k / 10^k.
        let trailing = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
        let power = Int(max(1, value.exponentBitPattern)) - 1075
        var limbs: [UInt64] = []
        var rest = trailing
        while rest > 0 {
            limbs.append(rest % Self.base)
            rest /= Self.base
        }
        for _ in 0..<power.magnitude { Self.multiply(&limbs, by: power < 0 ? 5 : 2) }
        var text = limbs.last.map { String($0) } ?? ""
        for limb in limbs.dropLast().reversed() {
            let part = String(limb)
            text += String(repeating: "0", count: Self.baseDigits - part.count) + part
        }
        digits = text.utf8.map { $0 - UInt8(ascii: "0") }
        exponent = digits.count - 1 + min(0, power)
    }

    private static let base: UInt64 = 1_000_000_000
    private static let baseDigits = 9

    private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = limbs[index] * factor + carry
            limbs[index] = product % base
            carry = product / base
        }
        if carry > 0 { limbs.append(carry) }
    }

    /// Keeps `count` digits, the rest rounded to the nearest, halves to the even digit; none and fewer leave zero or one.
    mutating func round(toCount count: Int) {
        guard count < digits.count else {
            digits += [UInt8](repeating: 0, count: count - digits.count)
            return
        }
        guard count >= 0 else {
            digits = []
            return
        }
        let tail = digits[count...]
        let isHalf = tail.first == 5 && tail.dropFirst().allSatisfy { $0 == 0 }
        let isUp = isHalf ? (count > 0 && digits[count - 1] % 2 == 1) : (tail.first ?? 0) >= 5
        digits.removeSubrange(count...)
        guard isUp else { return }
        var at = count - 1
        while at >= 0, digits[at] == 9 {
            digits[at] = 0
            at -= 1
        }
        if at >= 0 {
            digits[at] += 1
        } else {
            digits = [1] + digits.dropLast(count == 0 ? 0 : 1)
            exponent += 1
        }
    }
}
