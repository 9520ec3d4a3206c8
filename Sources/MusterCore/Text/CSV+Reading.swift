/// Reading: quoted fields may hold commas, line ends and doubled quotes (RFC 4180).
extension CSV {
    /// A record.
    public struct Row: Equatable, Sendable {
        /// The line that it begins on, from 1.
        public var line: Int
        /// Its fields.
        public var fields: [Field]
    }

    /// A field.
    public struct Field: Equatable, Sendable {
        /// Its text, without blanks around it where it is not quoted.
        public var text: String
        /// It stands in quotes.
        public var isQuoted: Bool
    }

    /// Why a text can't be read.
    public struct Mistake: Error, Equatable {
        /// Where, from 1, and what.
        public var line: Int, message: String
    }

    /// The records of a text but for empty lines.
    public static func rows(_ bytes: [UInt8]) throws(Mistake) -> [Row] {
        var rows: [Row] = []
        var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        while at < bytes.count {
            var row = Row(line: line, fields: [])
            var isOpen = true
            while isOpen {
                var field: [UInt8] = []
                let isQuoted = at < bytes.count && bytes[at] == UInt8(ascii: "\"")
                if isQuoted {
                    at += 1
                    while true {
                        guard at < bytes.count else {
                            throw Mistake(line: row.line, message: "a quote is not closed")
                        }
                        if bytes[at] == UInt8(ascii: "\"") {
                            guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
                            at += 1
                        }
                        if bytes[at] == 0x0A { line += 1 }
                        field.append(bytes[at])
                        at += 1
                    }
                    at += 1
                }
                while at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != 0x0A {
                    field.append(bytes[at])
                    at += 1
                }
                isOpen = at < bytes.count && bytes[at] == UInt8(ascii: ",")
                if !isOpen, field.last == 0x0D { field.removeLast() }
                let text = String(decoding: field, as: UTF8.self)
                row.fields.append(Field(text: isQuoted ? text : trimmed(text), isQuoted: isQuoted))
                at += 1
            }
            line += 1
            if row.fields.count > 1 || !(row.fields.first?.text.isEmpty ?? true) { rows.append(row) }
        }
        return rows
    }

    private static func trimmed(_ text: String) -> String {
        let rest = text.drop(while: \.isWhitespace)
        return String(rest[..<(rest.lastIndex { !$0.isWhitespace }.map(rest.index(after:)) ?? rest.startIndex)])
    }
}
