/// What the ssh program makes of its configuration for one host: the answer of `ssh -G`.
package struct ProgramSettings: Equatable, Sendable {
    private var values: [String: String] = [:]

    /// Reads lines of a keyword and its value.
    package init(parsing text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let halves = line.split(separator: " ", maxSplits: 1)
            guard let keyword = halves.first else { continue }
            let key = keyword.lowercased()
            if values[key] == nil { values[key] = halves.count > 1 ? String(halves[1]) : "" }
        }
    }

    /// `user@host:port`.
    package var address: String {
        "\(values["user"] ?? "?")@\(values["hostname"] ?? "?"):\(values["port"] ?? "22")"
    }

    /// Whether connections are shared at a place that the user's files name.
    package var namesControlPath: Bool { (values["controlpath"] ?? "none").lowercased() != "none" }

    /// Whether ssh itself makes the connection that is shared there.
    package var makesMaster: Bool {
        namesControlPath && !["", "no", "false"].contains((values["controlmaster"] ?? "").lowercased())
    }

    /// Options that the user's files leave open and that a program without a person needs, and those of theirs that are
    /// only for people and would keep a command from running. None is named that this ssh did not name first.
    package var supplements: [String] {
        var options: [String] = []
        func set(_ keyword: String, _ value: String, where condition: (String) -> Bool) {
            if let present = values[keyword.lowercased()], condition(present.lowercased()) {
                options += ["-o", "\(keyword)=\(value)"]
            }
        }
        set("RemoteCommand", "none") { $0 != "none" }
        set("SessionType", "default") { $0 != "default" }
        set("StdinNull", "no") { $0 != "no" && $0 != "false" }
        set("ForkAfterAuthentication", "no") { $0 != "no" && $0 != "false" }
        set("ServerAliveInterval", "30") { $0 == "0" }
        if ["none", "0"].contains(values["connecttimeout"] ?? "none") { options += ["-o", "ConnectTimeout=30"] }
        return options
    }
}

extension HostOverrides {
    /// The options of ssh(1) that say the same.
    package var programOptions: [String] {
        var options: [String] = []
        if let hostName { options += ["-o", "HostName=\(hostName)"] }
        if let port { options += ["-p", "\(port)"] }
        if let user { options += ["-l", user] }
        for file in identityFiles ?? [] { options += ["-o", "IdentityFile=\(Self.word(file))"] }
        if let files = knownHostsFiles {
            options += [
                "-o", "UserKnownHostsFile=\(files.map(Self.word).joined(separator: " "))", "-o",
                "GlobalKnownHostsFile=none",
            ]
        }
        return options
    }

    /// A path as one word of ssh_config(5) in which nothing is expanded but a leading `~`.
    package static func word(_ path: String) -> String {
        let text = path.reduce(into: "") { $0 += $1 == "%" ? "%%" : $1 == "\"" || $1 == "\\" ? "\\\($1)" : "\($1)" }
        return "\"\(text)\""
    }
}
