import MusterCore

/// Figures as the pages write them.
enum Words {
    /// `40 s`, `3 min`, `2 h 10 min`, `3 d 4 h`; below ten seconds with a tenth.
    static func time(_ seconds: Double) -> String {
        if seconds < 10 { return Decimal.text(max(0, seconds), digits: 1) + " s" }
        let whole = Int64(min(seconds, 1e12).rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min" + (whole < 600 && whole % 60 > 0 ? " \(whole % 60) s" : "")
        case ..<86_400: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
        }
    }

    /// `2026-11-21 01:40:56 UTC`; a dash for nil.
    static func moment(_ time: Timestamp?) -> String {
        guard let time else { return "-" }
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }

    /// `01:40:56`.
    static func clock(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(8)) }

    /// A size, or a dash.
    static func size(_ bytes: Int64?) -> String { bytes.map { "\(ByteCount($0))" } ?? "-" }

    /// A number without needless digits: `3`, `0.25`, `1.5e+20`.
    static func number(_ value: Double) -> String {
        guard value != value.rounded() || abs(value) >= 1e15 else { return String(Int64(value)) }
        var text = Decimal.text(value, digits: abs(value) < 1 ? 4 : 2)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    /// `1 job`, `2 jobs`.
    static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

    /// At most `most` characters, the last of them an ellipsis where some were cut.
    static func cut(_ text: String, _ most: Int) -> String {
        text.count <= most ? text : most < 2 ? "" : String(text.prefix(most - 1)) + "…"
    }
}
