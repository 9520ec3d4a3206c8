/// Folders that were moved: what absolute paths below the old ones are called now.
public struct Relocation: Hashable, Sendable {
    /// A folder before and after; absolute paths without a slash at the end.
    public struct Move: Hashable, Sendable {
        public var old: String, new: String

        /// Takes absolute paths; nil when one is not, or is the root.
        public init?(old: String, new: String) {
            func plain(_ path: String) -> String? {
                let plain = String(path.reversed().drop { $0 == "/" }.reversed())
                return plain.hasPrefix("/") ? plain : nil
            }
            guard let old = plain(old), let new = plain(new) else { return nil }
            (self.old, self.new) = (old, new)
        }

        /// Reads `OLD=NEW`; the first sign of equality behind which a path begins divides them.
        public init?(_ text: String) {
            guard let divide = text.ranges(of: "=/").first else { return nil }
            self.init(
                old: String(text[..<divide.lowerBound]), new: String(text[text.index(after: divide.lowerBound)...]))
        }
    }

    /// The moves, longer old paths first: the closest one counts.
    public let moves: [Move]

    /// Of two moves of one folder the first counts.
    public init(_ moves: [Move]) {
        var known: Set<String> = []
        self.moves = moves.filter { known.insert($0.old).inserted && $0.old != $0.new }
            .sorted { $0.old.utf8.count > $1.old.utf8.count }
    }

    /// Nothing was moved.
    public var isEmpty: Bool { moves.isEmpty }

    /// `text` with the paths in it as they are now. A path begins where no part of a name or path is before it, so
    /// that `/data` is found in `--in=/data/a` and neither in `/old/data` nor in `/data2`.
    public func applied(to text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "/"), index == 0 || !Self.isPart(bytes[index - 1]),
                let move = moves.first(where: { begins($0.old, in: bytes, at: index) })
            {
                out += move.new.utf8
                index += move.old.utf8.count
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out.count == bytes.count && out == bytes ? text : String(decoding: out, as: UTF8.self)
    }

    /// The value with all texts in it as they are now; names of members stay.
    public func applied(to value: JSON) -> JSON {
        guard !isEmpty else { return value }
        return switch value {
        case .string(let text): .string(applied(to: text))
        case .array(let values): .array(values.map(applied))
        case .object(let members): .object(members.map { JSON.Member($0.key, applied(to: $0.value)) })
        default: value
        }
    }

    private func begins(_ old: String, in bytes: [UInt8], at index: Int) -> Bool {
        let end = index + old.utf8.count
        guard end <= bytes.count, bytes[index..<end].elementsEqual(old.utf8) else { return false }
        return end == bytes.count || bytes[end] == UInt8(ascii: "/") || !Self.isPart(bytes[end])
    }

    /// Bytes of which names are made, and the slash between them.
    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xFF:
            true
        default: [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")].contains(byte)
        }
    }
}

extension Relocation {
    /// The moves as pairs, for the run's registration.
    public var json: JSON { .array(moves.map { .array([.string($0.old), .string($0.new)]) }) }

    /// Reads what `json` writes; what is none of it is left out.
    public init(json: JSON?) {
        self.init(
            (json?.array ?? []).compactMap { pair in
                guard let pair = pair.array, pair.count == 2, let old = pair[0].string, let new = pair[1].string else {
                    return nil
                }
                return Move(old: old, new: new)
            })
    }

    /// What brings all back to where it was.
    public var inverse: Relocation { Relocation(moves.compactMap { Move(old: $0.new, new: $0.old) }) }

    /// These moves behind `earlier` ones: a folder that was moved twice is where the second move brought it.
    public func behind(_ earlier: Relocation) -> Relocation {
        Relocation(earlier.moves.compactMap { Move(old: $0.old, new: applied(to: $0.new)) } + moves)
    }
}
