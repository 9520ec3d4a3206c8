import Foundation
import MusterCore
public import SSH
import Threading

/// A login node over the machine's own ssh program: for sites where only that gets in (security keys, Kerberos, a
/// connection that stands already).
public actor OpenSSHHost: CarriedHost {
    private let executor: ThreadExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    public nonisolated let name: String
    public nonisolated var transport: String { "the ssh program" }
    private let alias: String
    private let overrides: HostOverrides
    private let folder: String
    private let mayAsk: Bool
    private let again: @Sendable (String) -> Bool
    private var session: ProgramSession?
    /// There was a session before.
    private var wasConnected = false
    var channels: [HostStream: ProgramChannel] = [:]

    /// - Parameters:
    ///   - alias: A host name or an alias of `~/.ssh/config`.
    ///   - overrides: Settings that win over the files.
    ///   - folder: Takes the socket of a connection of our own; it is made for the owner only.
    ///   - mayAsk: True at a terminal, where ssh may ask.
    ///   - again: Whether to log in again to a host, by its alias, where that asks a person again.
    public init(
        alias: String, overrides: HostOverrides = HostOverrides(), folder: String, mayAsk: Bool,
        again: @escaping @Sendable (String) -> Bool
    ) {
        executor = ThreadExecutor(name: "ssh \(alias)")
        name = (overrides.user.map { "\($0)@" } ?? "") + alias
        (self.alias, self.overrides, self.folder, self.mayAsk, self.again) = (alias, overrides, folder, mayAsk, again)
    }

    func connected() throws(SSHError) -> ProgramSession {
        if let session { return session }
        let made = try connect()
        (session, wasConnected) = (made, true)
        return made
    }

    func drop() { session = nil }

    private func connect() throws(SSHError) -> ProgramSession {
        // A line that breaks is no reason to ask a person, unless nothing else helps.
        guard mayAsk, wasConnected else { return try connect(asks: mayAsk) }
        do throws(SSHError) {
            return try connect(asks: false)
        } catch {
            let needsPerson = error.kind == .personWanted || error.kind == .authenticationFailed
            guard needsPerson, again(alias) else { throw error }
            return try connect(asks: true)
        }
    }

    private func connect(asks: Bool) throws(SSHError) -> ProgramSession {
        let socket = "\(folder)/\(Hex.text((0..<6).map { _ in UInt8.random(in: 0...255) })).ctl"
        if let problem = PrivateFolder.make(folder) {
            throw SSHError(.configInvalid, "share a connection to", host: alias, text: problem)
        }
        // ssh makes the socket under a longer name, then renames it.
        guard socket.utf8.count <= 88 else {
            throw SSHError(
                .configInvalid, "share a connection to", host: alias, text: "'\(socket)' is too long for a socket",
                hint: "choose a shorter MUSTER_STATE, or set ControlPath in ~/.ssh/config")
        }
        return try ProgramSession(to: alias, overrides: overrides, socket: socket, asks: asks)
    }

    public func introduce() throws(SSHError) -> SSHIntroduction {
        let clock = ContinuousClock()
        let start = clock.now
        let session = try connected()
        let seconds = clock.now - start
        let quiet = try session.exec("true", limits: ExecLimits(timeout: .seconds(20), outputLimit: 1 << 20))
        return SSHIntroduction(
            address: session.settings.address, hostKey: "checked by the ssh program", identity: session.identity,
            seconds: seconds / .seconds(1), noise: quiet.outputText + quiet.errorText)
    }
}

/// A folder that only its owner may enter.
enum PrivateFolder {
    /// Makes it where it is missing; what is wrong with it otherwise.
    static func make(_ path: String) -> String? {
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid == getuid(), status.st_mode & 0o077 == 0 else {
            return "'\(path)' must be a folder that is yours and closed to others: chmod 700 \(path)"
        }
        return nil
    }
}
