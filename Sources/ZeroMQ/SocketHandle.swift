internal import CZMQ

/// The open libzmq socket behind a ``Socket`` and the poll items and monitors made from it.
///
/// The socket's owner closes it; whoever else still holds the handle then finds `pointer` nil, so a
/// forgotten poll item is an error and never a freed pointer. Not `Sendable`: the compiler keeps a
/// socket and what was made from it together.
final class SocketHandle {
    private(set) var pointer: UnsafeMutableRawPointer?
    let context: Context

    init(_ context: Context, type: Int32) throws(ZeroMQError) {
        guard let pointer = zmq_socket(context.pointer, type) else { throw .last("zmq_socket") }
        self.pointer = pointer
        self.context = context
    }

    /// zmq_close(3) fails for something that is no socket, and in no other case.
    func close() {
        if let pointer { zmq_close(pointer) }
        pointer = nil
    }

    deinit { close() }

    /// The pointer for a call named `operation`, or the error that libzmq itself gives for a closed socket.
    func open(_ operation: String) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        guard let pointer else { throw .make(operation, code: ENOTSOCK) }
        return pointer
    }
}
