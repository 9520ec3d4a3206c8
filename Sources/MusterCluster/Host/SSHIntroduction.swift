public import SSH

/// What a host shows of itself when it is connected to.
public struct SSHIntroduction: Equatable, Sendable {
    /// `user@host:port` as the configuration came out.
    public var address: String
    /// Type and fingerprint of its key.
    public var hostKey: String
    /// What it let us in for.
    public var identity: String
    /// Seconds from the first packet to being logged in, with all hops.
    public var seconds: Double
    /// What the login shell prints before a command, on both streams.
    public var noise: String

    /// Gathers what was seen.
    public init(address: String, hostKey: String, identity: String, seconds: Double, noise: String) {
        self.address = address
        self.hostKey = hostKey
        self.identity = identity
        self.seconds = seconds
        self.noise = noise
    }
}

extension SSHHost {
    /// Connects, unless that was done before, and tells what was seen on the way.
    public func introduce() throws(SSHError) -> SSHIntroduction {
        let clock = ContinuousClock()
        let start = clock.now
        let session = try connected()
        let seconds = clock.now - start
        let quiet = try session.exec("true", limits: ExecLimits(timeout: .seconds(20), outputLimit: 1 << 20))
        let settings = session.settings
        return SSHIntroduction(
            address: "\(settings.user)@\(settings.hostName):\(settings.port)",
            hostKey: session.hostKey.map { "\($0.type) \($0.fingerprint)" } ?? "none",
            identity: session.identity, seconds: seconds / .seconds(1), noise: quiet.outputText + quiet.errorText)
    }
}
