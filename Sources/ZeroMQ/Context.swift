internal import CZMQ

/// A libzmq context: its I/O threads, and the name space of its `inproc://` endpoints.
///
/// The one object of libzmq that threads may share (zmq_ctx_new(3): "A ZMQ context is thread safe").
/// Every socket holds its context, so `deinit` runs when the last socket is closed and does not wait
/// for one.
public final class Context: Sendable {
    // zmq_ctx_new(3) documents the context as thread safe; the pointer itself never changes.
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - ioThreads: one is enough up to about a gigabyte per second.
    ///   - maximumSockets: sockets of this context, not connections; the connections of a bound socket
    ///     are limited by `RLIMIT_NOFILE` alone.
    public init(ioThreads: Int32 = 1, maximumSockets: Int32 = 1023) throws(ZeroMQError) {
        guard let pointer = zmq_ctx_new() else { throw .last("zmq_ctx_new") }
        for (option, value, name) in [
            (ZMQ_IO_THREADS, ioThreads, "ZMQ_IO_THREADS"), (ZMQ_MAX_SOCKETS, maximumSockets, "ZMQ_MAX_SOCKETS"),
        ] where zmq_ctx_set(pointer, option, value) != 0 {
            let error = ZeroMQError.last("zmq_ctx_set", name)
            zmq_ctx_term(pointer)
            throw error
        }
        self.pointer = pointer
    }

    deinit {
        while zmq_ctx_term(pointer) != 0 && zmq_errno() == EINTR {}
    }
}
