/// How a remote command ended.
public enum ExecStatus: Equatable, Sendable, CustomStringConvertible {
    /// It returned this status.
    case exited(Int32)
    /// A signal ended it; the name has no `SIG` in front.
    case signalled(String)

    /// Whether it returned 0.
    public var isSuccess: Bool { self == .exited(0) }

    /// For messages: "status 7", "signal TERM".
    public var description: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .signalled(let name): "signal \(name)"
        }
    }
}

/// What a remote command wrote and how it ended.
public struct ExecResult: Equatable, Sendable {
    /// Everything from its standard output.
    public var output: [UInt8]
    /// Everything from its standard error.
    public var errors: [UInt8]
    /// How it ended.
    public var status: ExecStatus

    /// The output as text; bytes that are no UTF-8 become replacement characters.
    public var outputText: String { String(decoding: output, as: UTF8.self) }
    /// The errors as text, likewise.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Bounds of one remote command.
public struct ExecLimits: Equatable, Sendable {
    /// Time for the whole command; nil for no limit.
    public var timeout: Duration?
    /// Bytes of standard output and standard error together.
    public var outputLimit: Int

    /// Limits; one minute and 64 MiB unless said otherwise.
    public init(timeout: Duration? = .seconds(60), outputLimit: Int = 64 << 20) {
        self.timeout = timeout
        self.outputLimit = outputLimit
    }
}
