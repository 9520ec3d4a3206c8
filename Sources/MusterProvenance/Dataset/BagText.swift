/// The files of a bag that describe it (RFC 8493), written and read as text.
public enum BagText {
    /// `bagit.txt`.
    public static let declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

    /// What is wrong with a file of a bag.
    public struct Mistake: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file below the bag, its line from 1, and what is wrong.
        public var file: String, line: Int, message: String

        /// File, line, and what is wrong.
        public var description: String { "\(file):\(line): \(message)" }
    }

    /// A manifest: names as they are below the bag, such as `data/a`, and their sums.
    public static func manifest(_ files: some Sequence<(path: String, sum: String)>) -> String {
        files.map { "\($0.sum)  \(BagPath.encode($0.path))\n" }.joined()
    }

    /// Reads a manifest: names as written there and sums in lower case. Names that lead out of the bag, and such as stand
    /// twice, are mistakes; payload lies below `data/`.
    public static func manifest(
        _ text: String, file: String, digits: Int, isPayload: Bool
    ) throws(Mistake) -> [(path: String, sum: String)] {
        var entries: [(path: String, sum: String)] = []
        var seen: Set<[UInt8]> = []
        for (number, line) in lines(text) {
            let sum = String(line.prefix { !isBlank($0) })
            var rest = line.drop { !isBlank($0) }.drop(while: isBlank)
            if rest.first == "*" { rest = rest.dropFirst() }
            guard sum.utf8.count == digits, sum.utf8.allSatisfy(isHex), !rest.isEmpty else {
                throw Mistake(file: file, line: number, message: "expected \(digits) hex digits, blanks and a name")
            }
            let path = try named(String(rest), file, number, isPayload: isPayload)
            guard seen.insert(Array(path.utf8)).inserted else {
                throw Mistake(file: file, line: number, message: "'\(path)' stands there twice")
            }
            entries.append((path, sum.lowercased()))
        }
        return entries
    }

    /// `fetch.txt`: where what is not in the bag can be had.
    public static func fetch(_ entries: some Sequence<BagFetch>) -> String {
        entries.map { entry in
            "\(entry.url) \(entry.size.map(String.init) ?? "-") \(BagPath.encode(entry.path))\n"
        }.joined()
    }

    /// Reads `fetch.txt`; names as written there.
    public static func fetch(_ text: String) throws(Mistake) -> [BagFetch] {
        var entries: [BagFetch] = []
        for (number, line) in lines(text) {
            let parts = line.split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: isBlank).map(
                String.init)
            guard parts.count == 3, parts[1] == "-" || (Int64(parts[1]) ?? -1) >= 0, parts[0].contains(":") else {
                throw Mistake(file: "fetch.txt", line: number, message: "expected an address, bytes or '-', and a name")
            }
            let path = try named(parts[2], "fetch.txt", number, isPayload: true)
            entries.append(BagFetch(url: parts[0], size: Int64(parts[1]), path: path))
        }
        return entries
    }

    /// `bag-info.txt`, or `bagit.txt`: `Label: text`; line ends in a text become blanks.
    public static func info(_ entries: KeyValuePairs<String, String>) -> String {
        entries.map { label, text in
            "\(label): \(text.split { $0.isNewline }.joined(separator: " "))\n"
        }.joined()
    }

    /// Reads `Label: text` lines; those that begin with a blank go on with the text above.
    public static func info(_ text: String, file: String) throws(Mistake) -> [(label: String, text: String)] {
        var entries: [(label: String, text: String)] = []
        for (number, line) in lines(text) {
            if line.first.map(isBlank) == true, !entries.isEmpty {
                entries[entries.count - 1].text += " " + String(line.drop(while: isBlank))
                continue
            }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw Mistake(file: file, line: number, message: "expected 'Label: text'")
            }
            let value = line[line.index(after: colon)...].drop(while: isBlank)
            entries.append((String(line[..<colon]), String(value)))
        }
        return entries
    }

    /// Lines that are not blank, with their numbers; lines may end with LF, CR or both. Taken apart by scalars: a mark that
    /// combines belongs to the name, and no blank or line end with it.
    private static func lines(_ text: String) -> [(Int, Substring.UnicodeScalarView)] {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars = scalars.dropFirst() }
        var lines: [(Int, Substring.UnicodeScalarView)] = []
        var number = 1
        while let end = scalars.firstIndex(where: { $0 == "\n" || $0 == "\r" }) {
            lines.append((number, scalars[..<end]))
            number += 1
            let isPair = scalars[end] == "\r" && scalars[end...].dropFirst().first == "\n"
            scalars = scalars[end...].dropFirst(isPair ? 2 : 1)
        }
        lines.append((number, scalars))
        return lines.filter { !$0.1.allSatisfy(isBlank) }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func named(
        _ path: String, _ file: String, _ line: Int, isPayload: Bool
    ) throws(Mistake) -> String {
        let isDotted = path.utf8.starts(with: "./".utf8)
        let plain = isDotted ? String(decoding: path.utf8.dropFirst(2), as: UTF8.self) : path
        guard BagPath.isSafe(plain), BagPath.isSafe(BagPath.decode(plain)) else {
            throw Mistake(file: file, line: line, message: "'\(path)' may lead out of the bag")
        }
        guard plain.utf8.starts(with: "data/".utf8) == isPayload else {
            throw Mistake(
                file: file, line: line, message: isPayload ? "'\(path)' is not below data/" : "'\(path)' is below data/"
            )
        }
        return plain
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}

/// A file that is not in a bag but elsewhere.
public struct BagFetch: Equatable, Sendable {
    /// Its address, its bytes where they are told, and its name below the bag.
    public var url: String, size: Int64?, path: String

    /// Says where a file is.
    public init(url: String, size: Int64?, path: String) {
        self.url = url
        self.size = size
        self.path = path
    }
}
