/// Walks a configuration for one host and keeps the first value of every keyword, as ssh_config(5) has it.
struct ConfigEvaluation {
    /// A value with the place it came from.
    struct Value: Equatable {
        let arguments: [String]
        let place: Place

        var first: String { arguments[0] }
    }

    let alias: String
    let environment: ConfigEnvironment
    /// Runs a `Match exec` command; true for exit status 0.
    let runs: (String) -> Bool
    private(set) var values: [String: Value] = [:]
    /// `IdentityFile` and `CertificateFile` add up where other keywords take the first value.
    private(set) var identityFiles: [Value] = []
    private(set) var certificateFiles: [Value] = []
    private var sawFinal = false
    private var isFinalPass = false

    init(alias: String, environment: ConfigEnvironment, runs: @escaping (String) -> Bool) {
        self.alias = alias
        self.environment = environment
        self.runs = runs
    }

    /// Sets a value that no file may change.
    mutating func override(_ keyword: String, _ value: String?) {
        guard let value else { return }
        values[keyword] = Value(arguments: [value], place: Place(file: "the caller's options", line: 0))
    }

    /// Walks the files; a second time when some `Match final` waits for the first walk's result.
    mutating func walk(_ files: [[ConfigNode]]) throws(ConfigMistake) {
        for nodes in files { try walk(nodes, isActive: true) }
        guard sawFinal else { return }
        isFinalPass = true
        for nodes in files { try walk(nodes, isActive: true) }
    }

    /// `outer` is whether the lines around an included file hold: if not, nothing inside it can.
    private mutating func walk(_ nodes: [ConfigNode], isActive outer: Bool) throws(ConfigMistake) {
        var isActive = outer
        for node in nodes {
            switch node {
            case .include(let included):
                try walk(included, isActive: isActive)
            case .line(let line) where line.keyword == "host":
                isActive = outer && Pattern.list(line.arguments, matches: alias)
            case .line(let line) where line.keyword == "match":
                isActive = try matches(line, isActive: outer)
            case .line(let line):
                if isActive { keep(line) }
            }
        }
    }

    private mutating func keep(_ line: ConfigLine) {
        let value = Value(arguments: line.arguments, place: line.place)
        switch line.keyword {
        case "identityfile":
            if !identityFiles.contains(where: { $0.first == value.first }) { identityFiles.append(value) }
        case "certificatefile":
            if !certificateFiles.contains(where: { $0.first == value.first }) { certificateFiles.append(value) }
        case "proxyjump", "proxycommand":
            // The two are one choice: whichever comes first rules out the other.
            if values["proxyjump"] == nil, values["proxycommand"] == nil { values[line.keyword] = value }
        default:
            if values[line.keyword] == nil { values[line.keyword] = value }
        }
    }

    private mutating func matches(_ line: ConfigLine, isActive: Bool) throws(ConfigMistake) -> Bool {
        var criteria = MatchCriteria(line)
        var holds = isActive
        while let criterion = try criteria.next() {
            if criterion.name == "final" { sawFinal = true }
            // Commands are run only where everything before them holds.
            guard holds else { continue }
            holds = try test(criterion, at: line.place) != criterion.isNegated
        }
        return holds
    }

    private func test(_ criterion: MatchCriteria.Criterion, at place: Place) throws(ConfigMistake) -> Bool {
        let patterns = criterion.value.split(separator: ",").map(String.init)
        return switch criterion.name {
        case "all": true
        // Names are never made canonical here, which is ssh's default too.
        case "canonical": false
        case "final": isFinalPass
        case "host": Pattern.list(patterns, matches: try hostName())
        case "originalhost": Pattern.list(patterns, matches: alias)
        case "user": Pattern.list(patterns, matches: user)
        case "localuser": Pattern.list(patterns, matches: environment.userName)
        case "exec": runs(try tokens().expand(criterion.value, at: place))
        default: throw ConfigMistake(place, "Match \(criterion.name) is not supported")
        }
    }

    /// The name to connect to, as far as the lines read so far say.
    func hostName() throws(ConfigMistake) -> String {
        guard let value = values["hostname"] else { return alias }
        return try Tokens(values: ["h": alias], variables: nil).expand(value.first, at: value.place)
    }

    var user: String { values["user"]?.first ?? environment.userName }

    func tokens() throws(ConfigMistake) -> Tokens {
        let machine = environment.machineName
        let values: [Character: String] = [
            "d": environment.home, "h": try hostName(), "i": String(environment.userID),
            "k": values["hostkeyalias"]?.first ?? alias, "L": String(machine.prefix { $0 != "." }), "l": machine,
            "n": alias, "p": values["port"]?.first ?? "22", "r": user, "u": environment.userName,
        ]
        return Tokens(values: values, variables: environment.variables)
    }
}

/// Reads the criteria of one `Match` line: `name`, `name value` or `name=value`, each with `!` in front to negate it.
struct MatchCriteria {
    struct Criterion {
        let name: String
        let isNegated: Bool
        let value: String
    }

    private static let withoutValue: Set<String> = ["all", "canonical", "final"]
    private let place: Place
    private var words: [String]

    init(_ line: ConfigLine) {
        place = line.place
        words = line.arguments.reversed()
    }

    mutating func next() throws(ConfigMistake) -> Criterion? {
        guard var word = words.popLast() else { return nil }
        let isNegated = word.first == "!"
        if isNegated { word.removeFirst() }
        let halves = word.split(separator: "=", maxSplits: 1).map(String.init)
        let name = (halves.first ?? "").lowercased()
        if Self.withoutValue.contains(name) { return Criterion(name: name, isNegated: isNegated, value: "") }
        guard let value = halves.count == 2 ? halves[1] : words.popLast() else {
            throw ConfigMistake(place, "Match \(name) has no value")
        }
        return Criterion(name: name, isNegated: isNegated, value: value)
    }
}
