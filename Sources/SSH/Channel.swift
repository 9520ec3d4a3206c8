import CSSH
import Glibc

/// One command's streams on a session; several may be open at once (sshd allows ten by default, MaxSessions).
///
/// No call here waits: read what there is, write what fits, and call `Session.wait` when nothing moved. Bound to the
/// session's owner. Dropping the channel closes it; the command then meets a closed pipe.
public final class Channel {
    /// The two streams that a command writes.
    public enum Stream: Int32, CaseIterable, Sendable {
        /// Standard output.
        case output = 0
        /// Standard error.
        case errors = 1
    }

    /// What a read found.
    public enum Reading: Equatable, Sendable {
        /// This many bytes, at the start of the buffer.
        case bytes(Int)
        /// Nothing yet.
        case nothing
        /// Nothing ever again.
        case end
    }

    let session: Session
    private let handle: ChannelHandle
    private var starts: StartMarkers
    /// The server takes no more input.
    private var isRefused = false

    /// A channel that runs the command, whose streams begin after `starts` if given.
    init(on session: Session, command: String, starts: StartMarkers = StartMarkers()) throws(SSHError) {
        self.session = session
        self.starts = starts
        handle = try ChannelHandle(on: session)
        let raw = handle.raw
        do throws(SSHError) {
            try session.perform("open a channel on", onError: .channelFailed) { _ in ssh_channel_open_session(raw) }
        } catch {
            throw error.kind == .channelFailed ? error.with(hint: "close channels: sshd's MaxSessions is 10") : error
        }
        try session.perform("start a command on", onError: .channelFailed) { _ in
            ssh_channel_request_exec(raw, command)
        }
    }

    /// A channel that the host connects to a further one.
    init(on session: Session, to target: HostSettings) throws(SSHError) {
        self.session = session
        starts = StartMarkers()
        handle = try ChannelHandle(on: session)
        let raw = handle.raw
        try session.perform("reach \(target.hostName):\(target.port) from", onError: .unreachable) { _ in
            ssh_channel_open_forward(raw, target.hostName, Int32(target.port), "127.0.0.1", 0)
        }
    }

    /// How the command ended, once it has and the server said so.
    public var status: ExecStatus? { handle.status }

    /// Whether nothing will come any more: both streams read to their end, or the channel closed by the server.
    public var isFinished: Bool { ssh_channel_is_eof(handle.raw) != 0 || ssh_channel_is_closed(handle.raw) != 0 }

    /// Reads what has arrived, up to the buffer's size.
    public func read(_ stream: Stream, into buffer: inout [UInt8]) throws(SSHError) -> Reading {
        let count = ssh_channel_read_nonblocking(handle.raw, &buffer, UInt32(buffer.count), stream.rawValue)
        if count > 0 { return try starts.strip(Int(count), stream, &buffer, host: session.host) }
        if count == SSH_ERROR, !session.isConnected { throw session.failure("read from", .disconnected) }
        if count == 0 || count == SSH_AGAIN { return isFinished ? .end : .nothing }
        if count == SSH_EOF || isFinished { return .end }
        throw session.failure("read from", .channelFailed)
    }

    /// Writes as much as the server takes now; 0 when it takes nothing, or never again because the command ended.
    public func write(_ bytes: some Collection<UInt8>) throws(SSHError) -> Int {
        if let count = bytes.withContiguousStorageIfAvailable({ write(UnsafeRawBufferPointer($0)) }) {
            return try check(count)
        }
        return try check(Array(bytes).withUnsafeBytes { write($0) })
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard !bytes.isEmpty, !isClosedForWriting else { return 0 }
        return ssh_channel_write(handle.raw, bytes.baseAddress, UInt32(min(bytes.count, 1 << 20)))
    }

    private func check(_ count: Int32) throws(SSHError) -> Int {
        if count >= 0 { return Int(count) }
        if count == SSH_AGAIN || (isClosedForWriting && session.isConnected) { return 0 }
        let failure = session.failure("write to", .channelFailed)
        guard refusesInput(failure) else { throw failure }
        return 0
    }

    /// Whether the command can't be written to any more.
    public var isClosedForWriting: Bool { isRefused || ssh_channel_is_closed(handle.raw) != 0 }

    /// A channel that the server closed takes nothing more, but libssh calls it closed only once all of its output was
    /// read, and that output says why.
    private func refusesInput(_ failure: SSHError) -> Bool {
        isRefused = session.isConnected && failure.code == Int32(SSH_REQUEST_DENIED.rawValue)
        return isRefused
    }

    /// How many bytes the server is ready to take.
    var window: Int { Int(ssh_channel_window_size(handle.raw)) }

    /// Ends the command's standard input.
    public func sendEOF() throws(SSHError) {
        guard !isClosedForWriting else { return }
        let code = ssh_channel_send_eof(handle.raw)
        guard code == SSH_OK || code == SSH_AGAIN || isClosedForWriting else {
            let failure = session.failure("end the input of a command on", .channelFailed)
            guard refusesInput(failure) else { throw failure }
            return
        }
    }

    /// Sends the command a signal, by its name without `SIG`. Servers before OpenSSH 7.9 ignore it.
    public func signal(_ name: String) {
        // No answer is asked for, and a server that can't do it says nothing.
        _ = ssh_channel_request_send_signal(handle.raw, name)
    }

    /// Why the command never began, once its channel is finished: what was printed instead. Nil if it did begin.
    public func missingStart() -> SSHError? { starts.missing(on: session.host, status) }
}

extension SSHError {
    func with(hint: String) -> SSHError {
        SSHError(kind, operation, host: host, code: code, text: text, hint: hint)
    }
}
