extension Session {
    /// Connects to the last host of a route through all before it, and logs in everywhere on the way.
    ///
    /// Every host's key is checked against its own entries. Hops log in like any other host and carry nothing but the
    /// next connection, each on a thread of its own.
    public static func connect(
        _ route: [HostSettings], options: ConnectOptions = ConnectOptions()
    ) throws(SSHError) -> Session {
        guard let first = route.first else {
            throw SSHError(.configInvalid, "connect to", host: "", text: "the route names no host")
        }
        let patience = first.connectTimeout ?? options.timeout
        var session = try Session(
            to: first, over: try TCP.connect(to: first, until: .after(patience)), through: nil, options: options)
        for next in route.dropFirst() {
            let wasAnswered = session.isAnswered
            let (pump, socket) = try Pump.start(through: session, to: next)
            session = try Session(
                to: next, over: Descriptor(socket, path: "socket pair"), through: pump, options: options)
            session.isAnswered = session.isAnswered || wasAnswered
        }
        return session
    }
}
