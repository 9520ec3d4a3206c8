import Glibc

/// What ssh_config(5) asks about this side: who runs, where, with which variables.
public struct ConfigEnvironment: Sendable {
    /// The home folder that `~` and `%d` stand for.
    public var home: String
    /// The local user's name, `%u`.
    public var userName: String
    /// The local user's number, `%i`.
    public var userID: UInt32
    /// This machine's name, `%l` in full and `%L` up to the first dot.
    public var machineName: String
    /// The environment that `${NAME}` reads.
    public var variables: [String: String]

    /// A made-up environment, for configurations that must not depend on this machine.
    public init(
        home: String, userName: String, userID: UInt32, machineName: String = "localhost",
        variables: [String: String] = [:]
    ) {
        self.home = home
        self.userName = userName
        self.userID = userID
        self.machineName = machineName
        self.variables = variables
    }

    /// This process's. The home folder is the password database's, as with ssh: HOME may be a batch system's invention.
    public static func current() -> ConfigEnvironment {
        let variables = environmentVariables()
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        var home = variables["HOME"] ?? "/"
        var user = variables["USER"] ?? String(getuid())
        if let entry = getpwuid(getuid()) {
            home = String(cString: entry.pointee.pw_dir)
            user = String(cString: entry.pointee.pw_name)
        }
        return ConfigEnvironment(
            home: home, userName: user, userID: getuid(), machineName: text(name), variables: variables)
    }

    func expandingTilde(_ path: String) -> String {
        if path == "~" { return home }
        return path.hasPrefix("~/") ? home + path.dropFirst() : path
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func environmentVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let line = entry.pointee {
            let pair = String(cString: line).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}
