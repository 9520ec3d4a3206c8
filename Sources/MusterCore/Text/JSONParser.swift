/// Why a text is not JSON, and at which byte of it.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was expected.
    public var expected: String
    /// Offset in bytes from the start.
    public var offset: Int

    /// One sentence for people.
    public var description: String { "not JSON at byte \(offset): expected \(expected)" }
}

extension JSON {
    /// Depth of nesting that the parser accepts. Hostile input must not end in a full stack.
    public static let maximumDepth = 64

    /// Parses exactly one value, blanks around it allowed.
    ///
    /// Invalid UTF-8 in strings is repaired with U+FFFD, since the lines carry the output of programs.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        let array = ContiguousArray(bytes)
        var parser = JSONParser(bytes: array)
        self = try parser.document()
    }

    /// Parses the UTF-8 of `text`.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: text.utf8)
    }
}

/// A recursive descent over bytes, bounded in depth.
private struct JSONParser {
    let bytes: ContiguousArray<UInt8>
    var at = 0

    init(bytes: ContiguousArray<UInt8>) { self.bytes = bytes }

    func failure(_ expected: String) -> JSONError { JSONError(expected: expected, offset: at) }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard at == bytes.count else { throw failure("the end") }
        return value
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.maximumDepth else { throw failure("at most \(JSON.maximumDepth) levels") }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let count = text.utf8CodeUnitCount
        guard at + count <= bytes.count else { throw failure("\(text)") }
        for offset in 0..<count where bytes[at + offset] != text.utf8Start[offset] { throw failure("\(text)") }
        at += count
        return value
    }

    mutating func object(depth: Int) throws(JSONError) -> JSON {
        at += 1
        var members: [JSON.Member] = []
        members.reserveCapacity(depth == 0 ? 16 : 4)
        skipBlanks()
        if next == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
            let key = try string()
            skipBlanks()
            guard next == UInt8(ascii: ":") else { throw failure("':'") }
            at += 1
            members.append(JSON.Member(key, try value(depth: depth + 1)))
            skipBlanks()
            switch next {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"):
                at += 1
                return .object(members)
            default: throw failure("',' or '}'")
            }
        }
    }

    mutating func array(depth: Int) throws(JSONError) -> JSON {
        at += 1
        var elements: [JSON] = []
        skipBlanks()
        if next == UInt8(ascii: "]") {
            at += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            switch next {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"):
                at += 1
                return .array(elements)
            default: throw failure("',' or ']'")
            }
        }
    }

    mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
        if next == UInt8(ascii: "\"") {  // the usual case: nothing to unescape
            defer { at += 1 }
            return String(decoding: bytes[start..<at], as: UTF8.self)
        }
        var text = Array(bytes[start..<at])
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try unescape(into: &text)
            case 0..<0x20: throw failure("no control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("'\"'")
    }

    mutating func unescape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw failure("an escape") }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"):
            var scalar = try hex4()
            if (0xD800..<0xDC00).contains(scalar), next == UInt8(ascii: "\\"), at + 1 < bytes.count,
                bytes[at + 1] == UInt8(ascii: "u")
            {
                let mark = at
                at += 2
                let low = try hex4()
                if (0xDC00..<0xE000).contains(low) {
                    scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    at = mark
                }
            }
            text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        default: throw failure("an escape of JSON")
        }
    }

    mutating func hex4() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw failure("four hex digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else { throw failure("a hex digit") }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        let digits = at
        // Negative: there is one more of these than of the others.
        var (value, isTooLong): (Int64, Bool) = (0, false)
        while let byte = next, byte >= 0x30, byte <= 0x39 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = tens.subtractingReportingOverflow(Int64(byte - 0x30))
            (value, isTooLong) = (sum, isTooLong || overflow || more)
            at += 1
        }
        guard at > digits else { throw failure("a value") }
        var isWhole = !isTooLong
        if next == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        }
        if isWhole, digits > start { return .int(value) }
        if isWhole, value > .min { return .int(-value) }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard let value = Double(text) else { throw failure("a number") }
        return .double(value)
    }
}
