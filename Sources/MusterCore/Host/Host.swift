/// What a finished command left behind.
public struct CommandResult: Equatable, Sendable {
    /// Exit status; 128 + N when signal N ended it.
    public var status: Int
    /// What it printed.
    public var output: [UInt8]
    /// What it complained of.
    public var errors: [UInt8]

    /// Makes a result.
    public init(status: Int, output: [UInt8], errors: [UInt8]) {
        self.status = status
        self.output = output
        self.errors = errors
    }

    /// The output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// The complaints as text.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// A file to be made on a host.
public struct HostFile: Equatable, Sendable {
    /// Path below the folder that it is sent to; no part of it is `..`.
    public var path: String
    /// Permission bits.
    public var mode: UInt32
    /// Its content.
    public var content: [UInt8]

    /// Makes a file; by default only the owner may write and others may read it.
    public init(path: String, mode: UInt32 = 0o644, content: [UInt8]) {
        self.path = path
        self.mode = mode
        self.content = content
    }

    /// Makes a file of text.
    public init(path: String, mode: UInt32 = 0o644, text: String) {
        self.init(path: path, mode: mode, content: Array(text.utf8))
    }
}

/// A machine on which commands run and files lie: this one, or a login node over SSH.
///
/// All that muster does on a cluster goes through these verbs, so the local backend meets the same code. Scripts are
/// for a POSIX `/bin/sh`; what a login shell prints before does not show in the result.
public protocol Host: Sendable {
    /// How it is named in messages: `this machine`, or `user@host`.
    var name: String { get }
    /// Runs a script with `input` on its standard input.
    ///
    /// - Parameter timeout: Seconds after which the script is ended and the call throws.
    func run(_ script: String, input: [UInt8], timeout: Double) async throws(HostError) -> CommandResult
    /// Writes files below `folder`, making folders as needed; each appears whole or not at all.
    func write(_ files: [HostFile], to folder: String) async throws(HostError)
    /// Copies one file of this machine to `remote`, which appears whole or not at all.
    func upload(_ local: String, to remote: String, mode: UInt32) async throws(HostError)
    /// Copies what `paths` name below `folder` (files, or folders with all in them) to below `local`.
    func download(_ paths: [String], from folder: String, to local: String) async throws(HostError)
}

extension Host {
    /// Runs a script without input, for at most a minute.
    public func run(_ script: String) async throws(HostError) -> CommandResult {
        try await run(script, input: [], timeout: 60)
    }
}

/// Why a verb of a host failed.
public struct HostError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of failure, to branch on.
    public enum Kind: String, Sendable {
        /// No connection, or it broke.
        case unreachable
        /// The host's key is unknown, changed or revoked.
        case hostKey
        /// Nobody let us in.
        case authentication
        /// The command did not end in time; it may still run.
        case timedOut
        /// The command ended with an error.
        case command
        /// A file could not be read or written.
        case file
    }

    /// The kind.
    public var kind: Kind
    /// What was tried on what, and what came back.
    public var message: String
    /// What to do next.
    public var hint: String?

    /// Makes an error.
    public init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    /// Message and hint.
    public var description: String { hint.map { "\(message)\n  \($0)" } ?? message }
}
