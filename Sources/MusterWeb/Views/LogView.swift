/// The end of a job's log.
struct LogView {
    var path: String
    var message: String?
    var tails: [LogTail]

    /// What is known of the log.
    enum Found: Sendable {
        case tails([LogTail])
        /// It can't be read, and why.
        case nothing(String)
    }

    init(_ found: Found, path: String) {
        self.path = path
        switch found {
        case .tails(let tails):
            self.tails = tails.map { tail in
                var tail = tail
                tail.text = Self.plain(tail.text)
                return tail
            }
            message = tails.isEmpty ? "Nothing has been written yet." : nil
        case .nothing(let why): (tails, message) = ([], why)
        }
    }

    /// Text as a terminal would show it: without colours, and of a progress bar that writes over itself the last state.
    static func plain(_ text: String) -> String {
        text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map {
            line -> String in
            let parts = line.unicodeScalars.split(separator: "\r" as Unicode.Scalar, omittingEmptySubsequences: true)
            var out = String.UnicodeScalarView()
            var rest = parts.last ?? Substring.UnicodeScalarView()
            while let scalar = rest.popFirst() {
                guard scalar.value == 0x1B, rest.first == "[" else {
                    out.append(scalar)
                    continue
                }
                rest.removeFirst()
                // ECMA-48: parameters and intermediates, then one final byte.
                while let next = rest.popFirst(), (0x20...0x3F).contains(next.value) {}
            }
            return String(out)
        }.joined(separator: "\n")
    }
}
