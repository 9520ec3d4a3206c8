public import MusterCore
public import SSH

/// A program on a host that is read from while it runs.
public struct HostStream: Hashable, Sendable {
    let id: UInt64

    init(id: UInt64 = .random(in: 0 ... .max)) { self.id = id }
}

/// What a program has written since it was looked at last.
public struct HostStreamNews: Equatable, Sendable {
    /// Its standard output.
    public var output: [UInt8] = []
    /// Its standard error.
    public var errors: [UInt8] = []
    /// It writes nothing more.
    public var isOver = false

    /// Nothing.
    public init() {}
}

/// A host on which programs can run beside other work, heard while they run.
public protocol StreamHost: MusterCore.Host {
    /// Starts a script that runs beside other work; it ends, or meets a closed pipe, when the stream is closed or the
    /// connection breaks.
    func open(_ script: String) async throws(HostError) -> HostStream
    /// What the script has written since the last call, without waiting; `input` is written to it first.
    func look(at stream: HostStream, input: [UInt8]) async throws(HostError) -> HostStreamNews
    /// Closes the script's streams.
    func close(_ stream: HostStream) async
}

extension StreamHost {
    /// What the script has written since the last call, without waiting.
    public func look(at stream: HostStream) async throws(HostError) -> HostStreamNews {
        try await look(at: stream, input: [])
    }
}

/// A host that this process logs in to.
public protocol LoginHost: StreamHost {
    /// How it is reached, for people.
    nonisolated var transport: String { get }
    /// Connects, unless that was done before, and tells what was seen on the way.
    func introduce() async throws(SSHError) -> SSHIntroduction
}
