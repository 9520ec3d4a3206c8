/// A piece of a program's output that tells progress: text with `{done}` (or `{t}`) and `{total}` (or `{T}`) where numbers
/// stand. Blanks match any number of blanks; nothing else is special.
public struct ProgressPattern: Hashable, Sendable {
    /// The pattern as it was written.
    public let text: String
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case text([UInt8])
        case blanks, done, total
    }

    /// Bars of tqdm: ` 45%|####      | 9/20 [00:01<00:01,  8.9it/s]`.
    public static let tqdm = ProgressPattern("| {done}/{total} [")

    /// Reads a pattern; nil when it has no `{done}`, says one twice, or begins with a number and has nothing to find it by.
    public init?(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        let names: [(String, Part)] = [("{done}", .done), ("{t}", .done), ("{total}", .total), ("{T}", .total)]
        while let first = rest.first {
            if let (name, part) = names.first(where: { rest.hasPrefix($0.0) }) {
                guard !parts.contains(part) else { return nil }
                parts.append(part)
                rest = rest.dropFirst(name.count)
            } else if first == " " || first == "\t" {
                if parts.last != .blanks { parts.append(.blanks) }
                rest = rest.dropFirst()
            } else {
                if case .text(let before)? = parts.last {
                    parts[parts.count - 1] = .text(before + Array(String(first).utf8))
                } else {
                    parts.append(.text(Array(String(first).utf8)))
                }
                rest = rest.dropFirst()
            }
        }
        let hasText = parts.contains { if case .text = $0 { true } else { false } }
        guard parts.contains(.done), hasText else { return nil }
        self.text = text
        self.parts = parts
    }

    /// The numbers of the last place in `output` that fits; nil when there is none.
    public func last(in output: some Collection<UInt8>) -> (done: Double, total: Double?)? {
        let bytes = Array(output)
        var found: (done: Double, total: Double?)?
        var at = 0
        while at < bytes.count {
            // A number may not begin in the middle of another one.
            if let (match, end) = match(bytes, at), at == 0 || !(isDigit(bytes[at]) && isDigit(bytes[at - 1])) {
                found = match
                at = max(end, at + 1)
            } else {
                at += 1
            }
        }
        return found
    }

    private func match(_ bytes: [UInt8], _ start: Int) -> ((done: Double, total: Double?), Int)? {
        var at = start
        var done: Double?
        var total: Double?
        for part in parts {
            switch part {
            case .text(let wanted):
                guard bytes[at...].starts(with: wanted) else { return nil }
                at += wanted.count
            case .blanks:
                let begin = at
                while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
                guard at > begin else { return nil }
            case .done, .total:
                let begin = at
                while at < bytes.count, isDigit(bytes[at]) || (at > begin && bytes[at] == UInt8(ascii: ".")) { at += 1 }
                let end = at > begin && bytes[at - 1] == UInt8(ascii: ".") ? at - 1 : at
                guard let value = Double(String(decoding: bytes[begin..<end], as: UTF8.self)) else { return nil }
                at = end
                if part == .done { done = value } else { total = value }
            }
        }
        return done.map { (($0, total), at) }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
