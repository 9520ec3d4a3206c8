import Synchronization

/// A connection to a session's holder that carries one program's streams; the holder closes them when it ends.
final class HeldLine: Sendable {
    private let socket: Mutex<HeldSocket>

    /// Nil where nobody serves the socket at `path`.
    init?(to path: String) {
        guard let made = HeldSocket.connect(to: path) else { return nil }
        socket = Mutex(made)
    }

    /// Sends a question and waits for its answer; nil when the holder is gone.
    func ask(_ message: HeldMessage) -> HeldMessage? {
        socket.withLock { socket in socket.send(message) ? socket.receive() : nil }
    }
}

/// The programs that run over a held session for this process.
final class HeldLines: Sendable {
    private let lines = Mutex<[HostStream: HeldLine]>([:])

    subscript(stream: HostStream) -> HeldLine? { lines.withLock { $0[stream] } }

    func add(_ line: HeldLine) -> HostStream {
        let stream = HostStream()
        lines.withLock { $0[stream] = line }
        return stream
    }

    func remove(_ stream: HostStream) { lines.withLock { $0[stream] = nil } }
}
