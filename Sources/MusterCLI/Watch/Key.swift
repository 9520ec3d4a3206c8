/// What a person pressed.
enum Key: Equatable, Sendable {
    case up, down, pageUp, pageDown, home, end, enter, escape, backspace, tab, interrupt, suspend, redraw
    case character(Character)
}

/// Keys out of the bytes that a terminal sends. A sequence may come in parts, over SSH above all.
struct KeyParser {
    private var held: [UInt8] = []

    /// Whether something is held that may be the begin of a sequence, or a press of Esc.
    var isWaiting: Bool { !held.isEmpty }

    /// The keys that are complete with these bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Key] {
        held += bytes
        var keys: [Key] = []
        while let (key, count) = Self.first(in: held) {
            held.removeFirst(count)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// Nothing more came: what is held was no sequence.
    mutating func flush() -> [Key] {
        defer { held = [] }
        return held.first == 0x1B ? [.escape] : []
    }

    /// The first key and how many bytes make it; nil where more must come.
    private static func first(in bytes: [UInt8]) -> (Key?, Int)? {
        guard let byte = bytes.first else { return nil }
        switch byte {
        case 0x1B: return sequence(bytes)
        case 0x03: return (.interrupt, 1)
        case 0x1A: return (.suspend, 1)
        case 0x0C: return (.redraw, 1)
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case ..<0x20: return (nil, 1)
        case ..<0x80: return (.character(Character(Unicode.Scalar(byte))), 1)
        default:
            let count = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            guard bytes.count >= count else { return nil }
            let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            return (text.first.map { .character($0) }, count)
        }
    }

    /// `ESC [ parameters letter` and `ESC O letter`.
    private static func sequence(_ bytes: [UInt8]) -> (Key?, Int)? {
        guard bytes.count > 1 else { return nil }
        guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else { return (.escape, 1) }
        guard let end = bytes.indices.dropFirst(2).first(where: { (0x40...0x7E).contains(bytes[$0]) }) else {
            return bytes.count > 32 ? (nil, bytes.count) : nil
        }
        let parameter = String(decoding: bytes[2..<end], as: UTF8.self)
        let key: Key? =
            switch (bytes[end], parameter) {
            case (UInt8(ascii: "A"), _): .up
            case (UInt8(ascii: "B"), _): .down
            case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): .home
            case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): .end
            case (UInt8(ascii: "~"), "5"): .pageUp
            case (UInt8(ascii: "~"), "6"): .pageDown
            default: nil
            }
        return (key, end + 1)
    }
}
