/// What runs scripts on a host, any number at a time: a session of libssh, or the ssh program.
///
/// Transfers are scripts too, so whoever is one moves files.
package protocol ScriptCarrier: AnyObject {
    associatedtype Running: ScriptChannel
    /// The host as the user named it.
    var host: String { get }
    /// Starts a script in a POSIX shell and returns its streams, free of what the login shell prints at its start.
    func open(script: String) throws(SSHError) -> Running
}

/// One script's streams. No call waits but `wait`; dropping it closes them, and the script then meets a closed pipe.
package protocol ScriptChannel: AnyObject {
    /// The host as the user named it.
    var host: String { get }
    /// Whether what carries it stands, as far as is known.
    var isCarried: Bool { get }
    /// Whether the script has ended, or will never be known to have.
    var isEnded: Bool { get }
    /// How the script ended, once it has and that is known.
    var status: ExecStatus? { get }
    /// Whether the script can't be written to any more.
    var isClosedForWriting: Bool { get }
    /// Grows with what came for it or for others, where looking at one may bring data of another; else it stays.
    var received: UInt64 { get }

    /// Reads what has arrived, up to the buffer's size.
    func read(_ stream: Channel.Stream, into buffer: inout [UInt8]) throws(SSHError) -> Channel.Reading
    /// Writes as much as is taken now; 0 when nothing is, or never again because the script ended.
    func write(_ bytes: some Collection<UInt8>) throws(SSHError) -> Int
    /// Ends the script's standard input.
    func sendEOF() throws(SSHError)
    /// Why the script never began, or how it was cut off, once its streams have ended. Nil if it ended by itself.
    func failure() -> SSHError?
    /// Has the script end, as far as that can be asked for.
    func terminate()
    /// Handles what has come without looking at any stream.
    func handleTraffic() throws(SSHError)
    /// Handles what has come, and keeps the connection alive, without waiting.
    func attend() throws(SSHError)
    /// Waits until something may have come, or until there is room where `sending` says that something waits.
    func wait(until deadline: Deadline, sending: Bool) throws(SSHError)
}

extension ScriptCarrier {
    /// Runs a script in a POSIX shell, whatever the login shell, and returns what the script itself wrote.
    ///
    /// `input` becomes the script's standard input. A status other than 0 is a result, not an error.
    package func run(
        _ script: String, input: [UInt8] = [], limits: ExecLimits = ExecLimits()
    ) throws(SSHError) -> ExecResult {
        try open(script: script).collect(input, limits)
    }
}

extension ScriptChannel {
    /// Gives the script its input and takes all its output.
    package func collect(_ input: [UInt8], _ limits: ExecLimits) throws(SSHError) -> ExecResult {
        var source = BytesSource(input)
        var sink = CollectingSink(host: host, limit: limits.outputLimit)
        let status = try converse(from: &source, to: &sink, timeout: limits.timeout, stall: nil)
        return ExecResult(output: sink.output, errors: sink.errors, status: status)
    }
}

extension Session: ScriptCarrier {}

extension Channel: ScriptChannel {
    package var host: String { session.host }
    package var isCarried: Bool { session.isConnected }
    package var isEnded: Bool { status != nil || isClosedForWriting }
    package var received: UInt64 { session.received }
    package func failure() -> SSHError? { missingStart() }
    package func terminate() { if session.isConnected { signal("TERM") } }
    package func attend() throws(SSHError) { try session.wait(upTo: .zero) }
    package func handleTraffic() throws(SSHError) { try session.handleTraffic() }
    // What waits to be sent is libssh's own to know.
    package func wait(until deadline: Deadline, sending: Bool) throws(SSHError) { try session.wait(until: deadline) }
}
