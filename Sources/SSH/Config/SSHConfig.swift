import Glibc

/// The user's ssh configuration, read once and asked for any number of hosts.
///
/// Follows ssh_config(5): the user's file before the system's, the first value wins, `IdentityFile` adds up. Keywords
/// that mean nothing to a program without a terminal (forwarding, colours, escape characters ...) are passed over.
/// `ProxyCommand` and `CanonicalizeHostname` would change where a connection goes, so they are refused where they apply.
public struct SSHConfig: Sendable {
    private let files: [[ConfigNode]]
    private let environment: ConfigEnvironment

    /// Reads `~/.ssh/config` and `/etc/ssh/ssh_config`, or in their place one named file, as `ssh -F` does.
    ///
    /// A missing usual file is an empty one; a missing named file is an error, and `none` names no file at all.
    public static func read(
        file: String? = nil, environment: ConfigEnvironment = .current()
    ) throws(SSHError) -> SSHConfig {
        let folder = "\(environment.home)/.ssh"
        let users = ConfigReader(environment: environment, folder: folder, mustBePrivate: true)
        let systems = ConfigReader(environment: environment, folder: "/etc/ssh", mustBePrivate: false)
        do throws(ConfigMistake) {
            if file == "none" { return SSHConfig(files: [], environment: environment) }
            if let file {
                let named = ConfigReader(environment: environment, folder: folder, mustBePrivate: false)
                guard let nodes = try named.read(file) else {
                    throw ConfigMistake(Place(file: file, line: 0), "there is no such file")
                }
                return SSHConfig(files: [nodes], environment: environment)
            }
            let files = [try users.read("\(folder)/config"), try systems.read("/etc/ssh/ssh_config")]
            return SSHConfig(files: files.compactMap(\.self), environment: environment)
        } catch {
            throw error.error(host: "any host")
        }
    }

    init(files: [[ConfigNode]], environment: ConfigEnvironment) {
        self.files = files
        self.environment = environment
    }

    /// The settings for one name; `overrides` win over the files. May run commands: those of `Match exec`.
    public func settings(
        for alias: String, overrides: HostOverrides = HostOverrides()
    ) throws(SSHError) -> HostSettings {
        var evaluation = ConfigEvaluation(alias: alias, environment: environment, runs: LocalShell.succeeds)
        evaluation.override("hostname", overrides.hostName)
        evaluation.override("port", overrides.port.map { String($0) })
        evaluation.override("user", overrides.user)
        do throws(ConfigMistake) {
            try evaluation.walk(files)
            var settings = try evaluation.settings()
            if let named = overrides.identityFiles {
                settings.identityFiles = named.map(environment.expandingTilde)
                settings.identityFilesAreNamed = true
            }
            if let named = overrides.knownHostsFiles {
                settings.userKnownHostsFiles = named.map(environment.expandingTilde)
                settings.globalKnownHostsFiles = []
            }
            if settings.agent == .environment {
                settings.agent = environment.variables["SSH_AUTH_SOCK"].map { .socket($0) } ?? .none
            }
            return settings
        } catch {
            throw error.error(host: alias)
        }
    }

    /// The hosts to go through, nearest first; the last one is `alias` itself.
    ///
    /// Only the first hop's own `ProxyJump` is followed, as with ssh: the later ones are reached through their
    /// predecessor. A host that names itself as its hop (`Host *` with `ProxyJump bastion`) is reached directly.
    public func route(
        to alias: String, overrides: HostOverrides = HostOverrides()
    ) throws(SSHError) -> [HostSettings] {
        try route(to: alias, overrides: overrides, behind: [])
    }

    private func route(
        to alias: String, overrides: HostOverrides, behind: [String]
    ) throws(SSHError) -> [HostSettings] {
        let target = try settings(for: alias, overrides: overrides)
        guard let first = target.jumps.first, first.host != alias else { return [target] }
        let chain = behind + [alias]
        guard !chain.contains(first.host) else {
            let loop = (chain + [first.host]).joined(separator: " -> ")
            throw SSHError(
                .configInvalid, "find the way to", host: alias, text: "ProxyJump goes in a circle: \(loop)")
        }
        var hops = try route(
            to: first.host, overrides: HostOverrides(port: first.port, user: first.user), behind: chain)
        for jump in target.jumps.dropFirst() {
            hops.append(try settings(for: jump.host, overrides: HostOverrides(port: jump.port, user: jump.user)))
        }
        return hops + [target]
    }
}
