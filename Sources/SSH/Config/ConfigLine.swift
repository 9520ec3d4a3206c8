/// Where something stands in a file, as editors and compilers write it.
struct Place: Equatable, Sendable, CustomStringConvertible {
    let file: String
    /// From 1; 0 for the file as a whole.
    let line: Int

    var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// One line of an ssh_config file cut into words.
struct ConfigLine: Equatable, Sendable {
    /// The keyword in lower case: keywords are case-insensitive, arguments are not.
    let keyword: String
    let arguments: [String]
    /// Everything after the keyword as it was written: `Match exec` and ProxyCommand keep their own quoting.
    let rest: String
    let place: Place

    /// Reads one line; nil for a blank line or a comment.
    ///
    /// Grammar of ssh_config(5): `keyword arguments` or `keyword=arguments`, words in single or double quotes, a
    /// comment from an unquoted `#` at the start of a word.
    static func parse(_ text: some StringProtocol, at place: Place) throws(ConfigMistake) -> ConfigLine? {
        let trimmed = text.drop(while: \.isSSHSpace)
        guard let first = trimmed.first, first != "#" else { return nil }
        let keyword = trimmed.prefix { !$0.isSSHSpace && $0 != "=" && $0 != "\"" }
        var rest = trimmed[keyword.endIndex...].drop(while: \.isSSHSpace)
        if rest.first == "=" { rest = rest.dropFirst().drop(while: \.isSSHSpace) }
        while let last = rest.last, last.isSSHSpace { rest.removeLast() }
        let arguments = try words(of: String(rest), at: place)
        guard !keyword.isEmpty else { throw ConfigMistake(place, "the line has no keyword") }
        guard !arguments.isEmpty else { throw ConfigMistake(place, "'\(keyword)' has no value") }
        return ConfigLine(
            keyword: keyword.lowercased(), arguments: arguments, rest: String(rest), place: place)
    }

    private static func words(of text: String, at place: Place) throws(ConfigMistake) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = text[...]
        while let character = rest.popFirst() {
            let escapes = rest.first.map { $0 == "\\" || $0 == "\"" || $0 == "'" || (quote == nil && $0 == " ") }
            if character == "\\", escapes == true, let next = rest.popFirst() {
                word = (word ?? "") + String(next)
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isSSHSpace {
                if let done = word { words.append(done) }
                word = nil
            } else if character == "#", word == nil {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw ConfigMistake(place, "a quotation mark is not closed") }
        if let done = word { words.append(done) }
        return words
    }
}

/// A mistake in a configuration file; it becomes an `SSHError` of kind `configInvalid` once the host is known.
struct ConfigMistake: Error, Equatable {
    let place: Place
    let text: String

    init(_ place: Place, _ text: String) {
        self.place = place
        self.text = text
    }

    func error(host: String) -> SSHError {
        SSHError(.configInvalid, "read the ssh configuration for", host: host, text: "\(place): \(text)")
    }
}

extension Character {
    fileprivate var isSSHSpace: Bool {
        self == " " || self == "\t" || self == "\r" || self == "\r\n" || self == "\u{c}"
    }
}
