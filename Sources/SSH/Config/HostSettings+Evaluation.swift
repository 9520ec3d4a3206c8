extension ConfigEvaluation {
    /// The settings that the walked files and their defaults come to.
    func settings() throws(ConfigMistake) -> HostSettings {
        try refuseUnsupported()
        let tokens = try tokens()
        let identities = try identityPaths(tokens)
        var settings = HostSettings(
            alias: alias, hostName: try hostName(),
            port: try values["port"]?.integer(in: 1...65535) ?? 22,
            user: user, identityFiles: identities ?? defaultIdentities,
            identityFilesAreNamed: identities != nil,
            identitiesOnly: try values["identitiesonly"]?.flag() ?? false,
            agent: try agent(tokens),
            userKnownHostsFiles: try paths("userknownhostsfile", tokens)
                ?? ["known_hosts", "known_hosts2"].map { "\(environment.home)/.ssh/\($0)" },
            globalKnownHostsFiles: try paths("globalknownhostsfile", tokens)
                ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
            hostKeyAlias: values["hostkeyalias"]?.first,
            hashKnownHosts: try values["hashknownhosts"]?.flag() ?? false,
            unknownHosts: unknownHosts,
            connectTimeout: try values["connecttimeout"]?.duration(),
            serverAliveInterval: try values["serveraliveinterval"]?.duration(),
            serverAliveCountMax: try values["serveralivecountmax"]?.integer(in: 1...1000) ?? 3,
            ciphers: values["ciphers"]?.first,
            jumps: try values["proxyjump"]?.jumps() ?? [])
        for value in certificateFiles where value.first.lowercased() != "none" {
            settings.certificateFiles.append(
                try tokens.expand(environment.expandingTilde(value.first), at: value.place))
        }
        settings.usesKerberos = try values["gssapiauthentication"]?.flag() ?? false
        settings.delegatesTicket = try values["gssapidelegatecredentials"]?.flag() ?? false
        return settings
    }

    private func refuseUnsupported() throws(ConfigMistake) {
        if let command = values["proxycommand"], command.first.lowercased() != "none" {
            throw ConfigMistake(command.place, "ProxyCommand is not supported; name the hop with ProxyJump instead")
        }
        if let canonical = values["canonicalizehostname"], canonical.first.lowercased() != "no" {
            throw ConfigMistake(
                canonical.place, "CanonicalizeHostname is not supported; write the full name with HostName instead")
        }
    }

    private var defaultIdentities: [String] {
        ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(environment.home)/.ssh/\($0)" }
    }

    private func identityPaths(_ tokens: Tokens) throws(ConfigMistake) -> [String]? {
        guard !identityFiles.isEmpty else { return nil }
        var paths: [String] = []
        for value in identityFiles where value.first.lowercased() != "none" {
            paths.append(try tokens.expand(environment.expandingTilde(value.first), at: value.place))
        }
        return paths
    }

    private func agent(_ tokens: Tokens) throws(ConfigMistake) -> HostSettings.Agent {
        guard let value = values["identityagent"], value.first != "SSH_AUTH_SOCK" else { return .environment }
        if value.first.lowercased() == "none" { return .none }
        if value.first.hasPrefix("$"), !value.first.hasPrefix("${") {
            return environment.variables[String(value.first.dropFirst())].map { .socket($0) } ?? .none
        }
        return .socket(try tokens.expand(environment.expandingTilde(value.first), at: value.place))
    }

    private func paths(_ keyword: String, _ tokens: Tokens) throws(ConfigMistake) -> [String]? {
        guard let value = values[keyword] else { return nil }
        var paths: [String] = []
        for path in value.arguments where path.lowercased() != "none" {
            paths.append(try tokens.expand(environment.expandingTilde(path), at: value.place))
        }
        return paths
    }

    private var unknownHosts: HostSettings.UnknownHosts {
        switch values["stricthostkeychecking"]?.first.lowercased() {
        case "yes", "true": .refuse
        case "accept-new": .accept
        default: .ask
        }
    }
}
