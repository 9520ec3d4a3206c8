/// Makes the headers of a tar archive: ustar, with a pax header in front where ustar's fields are too small.
package enum TarWriter {
    /// The two empty blocks that end an archive.
    package static let end = [UInt8](repeating: 0, count: 2 * TarFormat.block)

    /// Everything that precedes a member's contents.
    package static func header(_ header: TarHeader) -> [UInt8] {
        let name = header.kind == .folder && !header.path.hasSuffix("/") ? header.path + "/" : header.path
        let (type, link): (UInt8, String) =
            switch header.kind {
            case .file: (UInt8(ascii: "0"), "")
            case .hardLink(let target): (UInt8(ascii: "1"), target)
            case .symbolicLink(let target): (UInt8(ascii: "2"), target)
            case .folder: (UInt8(ascii: "5"), "")
            }
        var records: [UInt8] = []
        if name.utf8.count > TarFormat.path.count { records += record("path", name) }
        if link.utf8.count > TarFormat.link.count { records += record("linkpath", link) }
        if !fits(header.size, TarFormat.size) { records += record("size", String(header.size)) }
        if !fits(header.modified, TarFormat.modified) { records += record("mtime", String(header.modified)) }
        let own = block(
            name, type, link: link, size: header.size, mode: header.mode, modified: header.modified)
        guard !records.isEmpty else { return own }
        let size = Int64(records.count)
        return block("pax", UInt8(ascii: "x"), link: "", size: size, mode: 0o600, modified: 0) + records
            + [UInt8](repeating: 0, count: TarFormat.padding(after: size)) + own
    }

    private static func block(
        _ name: String, _ type: UInt8, link: String, size: Int64, mode: UInt32, modified: Int64
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarFormat.block)
        put(Array(name.utf8), in: TarFormat.path, of: &block)
        put(octal(Int64(mode), TarFormat.mode), in: TarFormat.mode, of: &block)
        put(octal(0, TarFormat.user), in: TarFormat.user, of: &block)
        put(octal(0, TarFormat.group), in: TarFormat.group, of: &block)
        put(octal(fits(size, TarFormat.size) ? size : 0, TarFormat.size), in: TarFormat.size, of: &block)
        put(
            octal(fits(modified, TarFormat.modified) ? modified : 0, TarFormat.modified),
            in: TarFormat.modified, of: &block)
        block[TarFormat.type] = type
        put(Array(link.utf8), in: TarFormat.link, of: &block)
        put(Array("ustar\u{0}00".utf8), in: TarFormat.magic, of: &block)
        let sum = octal(Int64(TarFormat.checksum(of: block)), 0..<7) + [UInt8(ascii: " ")]
        put(sum, in: TarFormat.checksum, of: &block)
        return block
    }

    /// One pax record: its own length in decimal, key and value. The length counts its own digits.
    static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while String(length).utf8.count + rest.utf8.count != length {
            length = String(length).utf8.count + rest.utf8.count
        }
        return Array("\(length)\(rest)".utf8)
    }

    private static func put(_ bytes: [UInt8], in field: Range<Int>, of block: inout [UInt8]) {
        let cut = bytes.prefix(field.count)
        block.replaceSubrange(field.lowerBound..<field.lowerBound + cut.count, with: cut)
    }

    /// Octal digits with leading zeros and a closing NUL.
    private static func octal(_ number: Int64, _ field: Range<Int>) -> [UInt8] {
        let digits = String(number, radix: 8)
        return Array((String(repeating: "0", count: field.count - 1 - digits.count) + digits).utf8) + [0]
    }

    private static func fits(_ number: Int64, _ field: Range<Int>) -> Bool {
        number >= 0 && number < 1 << (3 * Int64(field.count - 1))
    }
}
