/// Where a run's copies of code lie: what stages' commands, folders and variables name of the originals is put there.
///
/// It is applied when a program is started, behind the placeholders: what makes keys is what the config says, so results don't
/// depend on where a copy lies.
public struct CodeMap: Hashable, Sendable {
    /// A folder of which there is a copy.
    public struct Folder: Hashable, Sendable {
        /// How the original may be written (with links in it, or `~/`), and where the copy lies.
        public var from: [String], to: String

        /// Describes a copy.
        public init(from: [String], to: String) { (self.from, self.to) = (from, to) }
    }

    /// The copies.
    public var folders: [Folder]

    /// Gathers them.
    public init(folders: [Folder]) { self.folders = folders }

    /// `[{"from","to"}]`.
    public var json: JSON {
        .array(folders.map { .object(["from": .strings($0.from), "to": .string($0.to)]) })
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        folders = (json.array ?? []).compactMap { folder in
            folder["to"]?.string.map { Folder(from: (folder["from"]?.array ?? []).compactMap(\.string), to: $0) }
        }
    }

    /// A text in which each path of an original for which `isCopied` holds is the copy's; other paths stay. A path begins
    /// where no letter of a name stands before it, and ends at the text's end or at a mark that may stand behind a path in a
    /// list, an option or a shell's line, of which the farthest counts.
    public func mapped(_ text: String, isCopied: (String) -> Bool) -> String {
        let bytes = Array(text.utf8)
        // What names a copy already stays, also where copies lie below an original.
        let origins = folders.flatMap { folder in
            (folder.from + [folder.to]).map { (from: Array($0.utf8), to: folder.to) }
        }
        .filter { !$0.from.isEmpty }.sorted { $0.from.count > $1.from.count }
        guard origins.contains(where: { Self.contains(bytes, $0.from) }) else { return text }
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let isBegin = at == 0 || !Self.isName(bytes[at - 1])
            guard isBegin, let found = origins.first(where: { bytes[at...].starts(with: $0.from) }),
                let end = Self.end(
                    of: bytes, from: at + found.from.count,
                    where: { end in
                        let rest = String(decoding: bytes[(at + found.from.count)..<end], as: UTF8.self)
                        return isCopied(found.to + rest)
                    })
            else {
                out.append(bytes[at])
                at += 1
                continue
            }
            out += Array(found.to.utf8) + bytes[(at + found.from.count)..<end]
            at = end
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The farthest end of a path that `holds`; nil where none does, or the folder's own name goes on.
    private static func end(of bytes: [UInt8], from start: Int, where holds: (Int) -> Bool) -> Int? {
        guard start == bytes.count || bytes[start] == UInt8(ascii: "/") || isMark(bytes[start]) else { return nil }
        let marks = bytes.indices[start...].filter { isMark(bytes[$0]) }
        return ([bytes.count] + marks.reversed()).first(where: holds)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: "~"), 128...255:
            true
        default: false
        }
    }

    private static func isMark(_ byte: UInt8) -> Bool { " \t\n:,;|&()<>\"'`=".utf8.contains(byte) }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, bytes.count >= part.count else { return false }
        return bytes.indices[...(bytes.count - part.count)].contains {
            bytes[$0] == first && bytes[$0...].starts(with: part)
        }
    }
}
