/// A reader of XML 1.0 that goes through a text once and hands out what it meets.
///
/// It knows what descriptions of images are made of: elements, attributes, text, comments, CDATA, the five named
/// entities and numbered characters. A document type, with which texts can grow without bound or reach for other
/// files, is refused. Prefixes of namespaces are left out of names.
struct XMLScanner {
    enum Event: Equatable {
        case start(String, [String: String])
        case end(String)
        case text(String)
    }

    private let bytes: [UInt8]
    private var place = 0
    private var open: [String] = []
    private var pendingEnd: String?

    private static let deepest = 100

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next part of the document; nil at its end. A text that is no XML ends in a fault.
    mutating func next() throws(ImageFault) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while place < bytes.count {
            if bytes[place] != UInt8(ascii: "<") {
                let start = place
                while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
                if !open.isEmpty { return .text(try XMLText.plain(bytes[start..<place])) }
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<![CDATA[") {
                let start = place + 9
                try skip(past: "]]>")
                return .text(String(decoding: bytes[start..<max(start, place - 3)], as: UTF8.self))
            } else if starts(with: "<!") {
                throw "its XML has a document type, which no description of images needs"
            } else if starts(with: "</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        if let name = open.last { throw "its XML ends inside of '\(name)'" }
        return nil
    }

    private mutating func startTag() throws(ImageFault) -> Event {
        place += 1
        let name = try name()
        var attributes: [String: String] = [:]
        while true {
            skipBlanks()
            if accept("/>") {
                pendingEnd = name
                return .start(name, attributes)
            }
            if accept(">") {
                open.append(name)
                if open.count > Self.deepest { throw "its XML is nested more than \(Self.deepest) deep" }
                return .start(name, attributes)
            }
            let key = try self.name()
            skipBlanks()
            guard accept("=") else { throw "its XML is malformed at '\(key)'" }
            skipBlanks()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") else {
                throw "its XML is malformed at '\(key)'"
            }
            let quote = bytes[place]
            let start = place + 1
            guard let end = bytes[start...].firstIndex(of: quote) else { throw "its XML is malformed at '\(key)'" }
            attributes[key] = try XMLText.plain(bytes[start..<end])
            place = end + 1
        }
    }

    private mutating func endTag() throws(ImageFault) -> Event {
        place += 2
        let name = try name()
        skipBlanks()
        guard accept(">"), open.popLast() == name else { throw "its XML is malformed at the end of '\(name)'" }
        return .end(name)
    }

    /// A name, without its prefix.
    private mutating func name() throws(ImageFault) -> String {
        let start = place
        while place < bytes.count, !Self.endsName(bytes[place]) { place += 1 }
        if start == place { throw "its XML is malformed where a name should be" }
        let whole = bytes[start..<place]
        return String(
            decoding: whole.lastIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole, as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool { byte <= 0x20 || "<>/='\"&".utf8.contains(byte) }

    private mutating func skipBlanks() {
        while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
    }

    private func starts(with text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private mutating func accept(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        place += text.utf8.count
        return true
    }

    private mutating func skip(past end: String) throws(ImageFault) {
        while place < bytes.count {
            if accept(end) { return }
            place += 1
        }
        throw "its XML ends before '\(end)'"
    }
}
