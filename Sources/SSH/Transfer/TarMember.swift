/// Puts one member together from its header block and what extended headers said before.
enum TarMember {
    static func header(
        _ block: [UInt8], type: UInt8, size: Int64, values: [String: String]
    ) throws(TarError) -> TarHeader {
        // The block's own field is looked at only where it counts: a writer may cut a long name anywhere.
        var path: String
        if let exact = values["path"] { path = exact } else { path = try ustarPath(block) }
        let link: String
        if let exact = values["linkpath"] { link = exact } else { link = try text(block[TarFormat.link]) }
        guard !values.keys.contains(where: { $0.hasPrefix("GNU.sparse") }) else {
            throw TarError("'\(path)' is stored as a sparse file, which is not supported")
        }
        guard let size = values["size"].map({ Int64($0) }) ?? size, size >= 0 else {
            throw TarError("the size of '\(path)' is no number")
        }
        let seconds = values["mtime"].map { $0.prefix { $0 != "." } }.flatMap { Int64($0) }
        let kind: TarHeader.Kind
        switch type {
        case UInt8(ascii: "5"): kind = .folder
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = path.hasSuffix("/") ? .folder : .file(size: size)
        case UInt8(ascii: "1"): kind = .hardLink(to: link)
        case UInt8(ascii: "2"): kind = .symbolicLink(to: link)
        default:
            throw TarError("'\(path)' is neither file, folder nor link (type '\(Character(UnicodeScalar(type)))')")
        }
        while path.hasSuffix("/"), path.utf8.count > 1 { path.removeLast() }
        let mode = TarNumber.parse(block[TarFormat.mode]) ?? 0o644
        return TarHeader(
            path: path, kind: kind, mode: UInt32(truncatingIfNeeded: mode) & 0o777,
            modified: seconds ?? TarNumber.parse(block[TarFormat.modified]) ?? 0)
    }

    /// The records `LENGTH KEY=VALUE\n` of a pax header.
    static func records(_ body: [UInt8]) throws(TarError) -> [String: String] {
        var records: [String: String] = [:]
        var rest = body[...]
        while let space = rest.firstIndex(of: UInt8(ascii: " ")) {
            guard let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length <= rest.count,
                length > space - rest.startIndex + 1
            else { throw TarError("the archive is damaged: a pax record has no length") }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw TarError("the archive is damaged: a pax record has no '='")
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            // Only names must be exact; comments and the like may hold anything.
            let value = record[(equals + 1)...]
            records[key] = key.hasSuffix("path") ? try text(value) : String(decoding: value, as: UTF8.self)
            rest = rest.dropFirst(length)
        }
        return records
    }

    /// A field up to its NUL, as UTF-8.
    static func text(_ field: ArraySlice<UInt8>) throws(TarError) -> String {
        guard let text = String(validating: field.prefix { $0 != 0 }, as: UTF8.self) else {
            throw TarError("the name '\(String(decoding: field, as: UTF8.self))' is no UTF-8")
        }
        return text
    }

    private static func ustarPath(_ block: [UInt8]) throws(TarError) -> String {
        let name = try text(block[TarFormat.path])
        // GNU's own format keeps other things where ustar has its prefix.
        guard block[TarFormat.magic].starts(with: Array("ustar\u{0}".utf8)) else { return name }
        let prefix = try text(block[TarFormat.prefix])
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }
}

/// Numbers of tar headers: octal digits, or GNU's base 256 where the first bit is set.
enum TarNumber {
    static func parse(_ field: ArraySlice<UInt8>) -> Int64? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 { return base256(field) }
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        return digits.isEmpty ? 0 : Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func base256(_ field: ArraySlice<UInt8>) -> Int64? {
        let isNegative = field.first == 0xff
        guard isNegative || field.first == 0x80 else { return nil }
        let bytes = field.dropFirst()
        let high = bytes.dropLast(7)
        guard high.allSatisfy({ $0 == (isNegative ? 0xff : 0) }) else { return nil }
        return bytes.suffix(7).reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}
