import MusterCore
import SSH

/// A login node behind something that carries scripts, connected at first use and again after it broke.
///
/// What carries them blocks and belongs to one thread, so such an actor runs on a thread of its own.
protocol CarriedHost: Actor, LoginHost {
    associatedtype Carrier: ScriptCarrier
    /// Programs that run beside what is asked of the host.
    var channels: [HostStream: Carrier.Running] { get set }
    /// Connects, unless that was done before.
    func connected() throws(SSHError) -> Carrier
    /// Forgets a connection that broke, so that the next verb connects anew.
    func drop()
}

extension CarriedHost {
    /// Uses the connection; one that broke is dropped.
    func use<Result>(_ body: (Carrier) throws(SSHError) -> Result) throws(HostError) -> Result {
        do throws(SSHError) {
            return try body(try connected())
        } catch {
            if error.kind != .channelFailed, error.kind != .transferFailed {
                channels = [:]
                drop()
            }
            throw HostError(error)
        }
    }

    public func run(_ script: String, input: [UInt8], timeout: Double) async throws(HostError) -> CommandResult {
        let limits = ExecLimits(timeout: .milliseconds(Int(timeout * 1000)), outputLimit: 256 << 20)
        let result = try use { carrier throws(SSHError) in try carrier.run(script, input: input, limits: limits) }
        let status =
            switch result.status {
            case .exited(let code): Int(code)
            case .signalled: 137
            }
        return CommandResult(status: status, output: result.output, errors: result.errors)
    }

    public func write(_ files: [HostFile], to folder: String) async throws(HostError) {
        // Sent under a name beside the final one, then renamed: each file appears whole or not at all.
        let suffix = ".sent.\(Hex.text((0..<8).map { _ in UInt8.random(in: 0...255) }))"
        let items = files.map { TarItem($0.path + suffix, .bytes($0.content), mode: $0.mode) }
        try use { carrier throws(SSHError) in
            _ = try carrier.upload(items, to: folder)
        }
        let renames = files.map { "mv -f -- \(ShellWord.quote($0.path + suffix)) \(ShellWord.quote($0.path))" }
        let result = try await run("cd -- \(ShellWord.quote(folder)) && " + renames.joined(separator: " && "))
        guard result.status == 0 else {
            throw HostError(.file, "cannot write to '\(folder)' on \(name): \(result.errorText)")
        }
    }

    public func upload(_ local: String, to remote: String, mode: UInt32) async throws(HostError) {
        let folder = remote.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        let made = try await run("mkdir -p -- \(ShellWord.quote(folder))")
        guard made.status == 0 else {
            throw HostError(.file, "cannot make '\(folder)' on \(name): \(made.errorText)")
        }
        try use { carrier throws(SSHError) in try carrier.upload(file: local, to: remote, mode: mode) }
    }

    public func download(_ paths: [String], from folder: String, to local: String) async throws(HostError) {
        guard !paths.isEmpty else { return }
        try use { carrier throws(SSHError) in
            _ = try carrier.download(paths, from: folder, to: local)
        }
    }
}

extension HostError {
    /// The same failure, in the words and classes of hosts.
    init(_ error: SSHError) {
        let kind: Kind =
            switch error.kind {
            case .unreachable, .disconnected, .configInvalid: .unreachable
            case .timedOut: .timedOut
            case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked: .hostKey
            case .authenticationFailed, .personWanted: .authentication
            case .channelFailed: .command
            case .transferFailed: .file
            }
        self.init(
            kind, "cannot \(error.operation) '\(error.host)': \(error.text)",
            hint: error.kind == .personWanted ? "log in once at a terminal: muster connect CLUSTER" : error.hint)
    }
}
