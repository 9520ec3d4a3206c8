import SSH

/// How commands share one connection: ssh_config(5), ControlMaster.
enum ProgramSharing: Equatable {
    /// Somebody's connection stands where the user's files say.
    case present
    /// The user's files have ssh make one there.
    case users
    /// One of our own, behind this socket.
    case own(String)

    /// What is best where a connection does or does not stand already.
    static func chosen(_ settings: ProgramSettings, isPresent: Bool, own: String) -> ProgramSharing {
        if settings.namesControlPath, isPresent { return .present }
        return settings.makesMaster ? .users : .own(own)
    }

    /// For the process that makes the connection, or enters it, and holds it.
    var holding: [String] {
        switch self {
        case .present: ["-o", "ControlMaster=no"]
        case .users: []
        case .own: ["-o", "ControlMaster=yes", "-o", "ControlPersist=no"] + place
        }
    }

    /// For commands, which must not log in by themselves.
    var using: [String] {
        switch self {
        case .present, .users: ["-o", "ControlMaster=no"]
        // Where the socket is gone, a connection of its own would go through this.
        case .own: ["-o", "ControlMaster=no", "-o", "ProxyCommand=false"] + place
        }
    }

    /// For questions about the connection.
    var asking: [String] { place }

    private var place: [String] {
        guard case .own(let path) = self else { return [] }
        return ["-o", "ControlPath=\(HostOverrides.word(path))"]
    }
}
