/// How a number is written in a name or a command: `{lr:.0e}`, `{tile:04d}`, `{share:.1f}`.
///
/// `[0][WIDTH][.PRECISION]TYPE` with a type of `d`, `e`, `f` or `g`; the text is that of C's printf in its own locale.
public struct NumberFormat: Hashable, Sendable {
    private let isPadded: Bool
    private let width: Int
    private let precision: Int?
    private let type: Character

    /// Reads a format; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        isPadded = rest.hasPrefix("0")
        func number() -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return Int(digits).flatMap { $0 <= 64 ? $0 : nil }
        }
        let hasWidth = rest.first?.isNumber ?? false
        let width = number()
        guard !hasWidth || width != nil else { return nil }
        self.width = width ?? 0
        if rest.hasPrefix(".") {
            rest = rest.dropFirst()
            guard let digits = number() else { return nil }
            precision = digits
        } else {
            precision = nil
        }
        guard rest.count == 1, let type = rest.first, "defg".contains(type) else { return nil }
        guard type != "d" || precision == nil else { return nil }
        self.type = type
    }

    /// The number as text; nil when `value` is no finite number, or is no whole one where `d` asks for that.
    public func text(of value: JSON) -> String? {
        switch value {
        case .int(let number): type == "d" ? padded(String(number)) : write(Double(number))
        case .double(let number): write(number)
        case .string(let text): Int64(text).flatMap { self.text(of: .int($0)) } ?? Double(text).flatMap(write)
        default: nil
        }
    }

    private func write(_ number: Double) -> String? {
        guard number.isFinite else { return nil }
        if type == "d" { return Int64(exactly: number).map { padded(String($0)) } }
        let digits = DecimalDigits(number.magnitude)
        let text =
            switch type {
            case "e": Self.scientific(digits, precision ?? 6)
            case "f": Self.fixed(digits, precision ?? 6)
            default: Self.shorter(digits, max(1, precision ?? 6))
            }
        return padded(number.sign == .minus ? "-\(text)" : text)
    }

    private static func scientific(_ digits: DecimalDigits, _ precision: Int) -> String {
        var digits = digits
        digits.round(toCount: precision + 1)
        let texts = digits.digits.map(String.init)
        let exponent = String(digits.exponent.magnitude)
        let mark = "e\(digits.exponent < 0 ? "-" : "+")\(exponent.count < 2 ? "0" : "")\(exponent)"
        return texts[0] + (precision > 0 ? "." + texts[1...].joined() : "") + mark
    }

    private static func fixed(_ digits: DecimalDigits, _ precision: Int) -> String {
        var digits = digits
        digits.round(toCount: digits.exponent + 1 + precision)
        // Rounding to no digit at all leaves nothing, or a one behind the point's last place.
        let texts = digits.digits.map(String.init)
        // A carry out of the first digit leaves the number one longer than its digits.
        let missing = String(repeating: "0", count: max(0, digits.exponent + 1 - texts.count))
        let whole = digits.exponent < 0 ? "0" : texts.prefix(digits.exponent + 1).joined() + missing
        let leading = String(repeating: "0", count: max(0, min(precision, -digits.exponent - 1)))
        let fraction = (leading + texts.dropFirst(max(0, digits.exponent + 1)).joined()).prefix(precision)
        let filled = fraction + String(repeating: "0", count: precision - fraction.count)
        return (whole.isEmpty ? "0" : whole) + (precision > 0 ? ".\(filled)" : "")
    }

    /// The one of the two that is shorter, without zeros at the end.
    private static func shorter(_ digits: DecimalDigits, _ precision: Int) -> String {
        var rounded = digits
        rounded.round(toCount: precision)
        func trimmed(_ text: some StringProtocol) -> String {
            guard text.contains(".") else { return String(text) }
            let end = text.lastIndex { $0 != "0" } ?? text.startIndex
            return String(text[...end].hasSuffix(".") ? text[..<end] : text[...end])
        }
        if rounded.exponent < -4 || rounded.exponent >= precision {
            let parts = scientific(digits, precision - 1).split(separator: "e")
            return "\(trimmed(parts[0]))e\(parts[1])"
        }
        return trimmed(fixed(digits, precision - 1 - rounded.exponent))
    }

    private func padded(_ text: String) -> String {
        let missing = max(0, width - text.count)
        guard isPadded else { return String(repeating: " ", count: missing) + text }
        let sign = text.hasPrefix("-") ? "-" : ""
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
}
