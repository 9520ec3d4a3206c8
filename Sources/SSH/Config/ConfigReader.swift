import Glibc

/// A read configuration: lines in order, with included files in place.
indirect enum ConfigNode: Equatable, Sendable {
    case line(ConfigLine)
    case include([ConfigNode])
}

/// Reads configuration files and what they include. Decides nothing: conditions are for the evaluation.
struct ConfigReader {
    /// ssh_config(5) sets this limit.
    static let deepestInclude = 16

    let environment: ConfigEnvironment
    /// Where relative names in `Include` start: ~/.ssh or /etc/ssh.
    let folder: String
    /// Refuse files that others can write: whoever writes them chooses what `Match exec` runs.
    let mustBePrivate: Bool

    /// Reads one file; nil where there is none.
    func read(_ path: String) throws(ConfigMistake) -> [ConfigNode]? {
        try read(path, depth: 0)
    }

    func parse(_ text: String, file: String, depth: Int = 0) throws(ConfigMistake) -> [ConfigNode] {
        var nodes: [ConfigNode] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let line = try ConfigLine.parse(line, at: Place(file: file, line: index + 1)) else { continue }
            if line.keyword == "include" {
                nodes.append(.include(try included(by: line, depth: depth + 1)))
            } else {
                nodes.append(.line(line))
            }
        }
        return nodes
    }

    private func read(_ path: String, depth: Int) throws(ConfigMistake) -> [ConfigNode]? {
        let bytes: [UInt8]
        do {
            bytes = try LocalFile.read(path)
        } catch {
            if error.code == ENOENT { return nil }
            throw ConfigMistake(Place(file: path, line: 0), "cannot read the file: \(error.text)")
        }
        try checkOwner(of: path)
        return try parse(String(decoding: bytes, as: UTF8.self), file: path, depth: depth)
    }

    private func included(by line: ConfigLine, depth: Int) throws(ConfigMistake) -> [ConfigNode] {
        guard depth <= Self.deepestInclude else {
            throw ConfigMistake(line.place, "files include each other more than \(Self.deepestInclude) deep")
        }
        var nodes: [ConfigNode] = []
        for argument in line.arguments {
            let path = environment.expandingTilde(argument)
            for file in glob(path.hasPrefix("/") ? path : "\(folder)/\(path)") {
                nodes += try read(file, depth: depth) ?? []
            }
        }
        return nodes
    }

    /// The files that match, sorted; none is no mistake.
    private func glob(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard Glibc.glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }

    private func checkOwner(of path: String) throws(ConfigMistake) {
        guard mustBePrivate else { return }
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        if (facts.st_uid != 0 && facts.st_uid != getuid()) || facts.st_mode & 0o022 != 0 {
            throw ConfigMistake(
                Place(file: path, line: 0), "others can write this file, so ssh refuses it too; chmod go-w \(path)")
        }
    }
}
