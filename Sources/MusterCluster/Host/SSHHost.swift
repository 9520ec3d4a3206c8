public import MusterCore
public import SSH
import Threading

/// A login node over one SSH session, opened at first use and again after it broke.
///
/// The session blocks and belongs to one thread, so the actor runs on a thread of its own.
public actor SSHHost: Host {
    private let executor: ThreadExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    public nonisolated let name: String
    private let alias: String
    private let overrides: HostOverrides
    private let mayAsk: Bool
    private let questions: Questions
    private var session: Session?
    /// A person had answered for the session before this one.
    private var wasAnswered = false

    /// What a person may be asked while a host is connected to; on the thread that connects.
    public struct Questions: Sendable {
        /// Whether an unknown host's key is right.
        public var unknownHost: @Sendable (ConnectOptions.UnknownHost) -> Bool
        /// A key's passphrase.
        public var passphrase: @Sendable (ConnectOptions.LockedIdentity) -> String?
        /// The server's own questions.
        public var answer: @Sendable (Challenge) -> [String]?
        /// Whether to log in again to a host, by its alias, whose session ended and for which answers were given.
        public var again: @Sendable (String) -> Bool

        /// Gathers the closures.
        public init(
            unknownHost: @escaping @Sendable (ConnectOptions.UnknownHost) -> Bool,
            passphrase: @escaping @Sendable (ConnectOptions.LockedIdentity) -> String?,
            answer: @escaping @Sendable (Challenge) -> [String]?, again: @escaping @Sendable (String) -> Bool
        ) {
            self.unknownHost = unknownHost
            self.passphrase = passphrase
            self.answer = answer
            self.again = again
        }
    }
    /// Programs that run on the session beside what is asked of it. See SSHHost+Stream.swift.
    var channels: [HostStream: Channel] = [:]

    /// - Parameters:
    ///   - alias: A host name or an alias of `~/.ssh/config`.
    ///   - overrides: Settings that win over the files.
    ///   - mayAsk: True at a terminal: `questions` are asked; else what would need an answer is refused.
    public init(
        alias: String, overrides: HostOverrides = HostOverrides(), mayAsk: Bool, questions: Questions
    ) {
        executor = ThreadExecutor(name: "ssh \(alias)")
        name = (overrides.user.map { "\($0)@" } ?? "") + alias
        self.alias = alias
        self.overrides = overrides
        self.mayAsk = mayAsk
        self.questions = questions
    }

    func connected() throws(SSHError) -> Session {
        if let session { return session }
        let route = try SSHConfig.read().route(to: alias, overrides: overrides)
        var options = ConnectOptions()
        if mayAsk {
            options.acceptUnknownHost = questions.unknownHost
            options.passphrase = questions.passphrase
            options.answer = questions.answer
        }
        // Codes are asked for when a person is there, not whenever a line breaks.
        if wasAnswered, !mayAsk || !questions.again(alias) {
            throw SSHError(
                .personWanted, "log in again to", host: alias,
                text: "the session ended, and a person had answered for it")
        }
        let made = try Session.connect(route, options: options)
        session = made
        wasAnswered = made.isAnswered
        return made
    }

    /// Uses the session; one that broke is dropped, so that the next verb connects anew.
    func use<Result>(_ body: (Session) throws(SSHError) -> Result) throws(HostError) -> Result {
        do {
            let session = try connected()
            return try body(session)
        } catch {
            if error.kind != .channelFailed, error.kind != .transferFailed {
                session = nil
                channels = [:]
            }
            let message = "cannot \(error.operation) '\(error.host)': \(error.text)"
            let hint =
                error.kind == .personWanted ? "log in once at a terminal: muster connect CLUSTER" : error.hint
            throw HostError(Self.kind(error.kind), message, hint: hint)
        }
    }

    private static func kind(_ kind: SSHError.Kind) -> HostError.Kind {
        switch kind {
        case .unreachable, .disconnected, .configInvalid: .unreachable
        case .timedOut: .timedOut
        case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked: .hostKey
        case .authenticationFailed, .personWanted: .authentication
        case .channelFailed: .command
        case .transferFailed: .file
        }
    }

    public func run(_ script: String, input: [UInt8], timeout: Double) async throws(HostError) -> CommandResult {
        let result = try use { session throws(SSHError) in
            try session.run(
                script, input: input,
                limits: ExecLimits(timeout: .milliseconds(Int(timeout * 1000)), outputLimit: 256 << 20))
        }
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
        try use { session throws(SSHError) in
            _ = try session.upload(items, to: folder)
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
        try use { session throws(SSHError) in try session.upload(file: local, to: remote, mode: mode) }
    }

    public func download(_ paths: [String], from folder: String, to local: String) async throws(HostError) {
        guard !paths.isEmpty else { return }
        try use { session throws(SSHError) in
            _ = try session.download(paths, from: folder, to: local)
        }
    }
}
