internal import CZMQ

/// A call of libzmq that failed.
///
/// `EAGAIN` never becomes an error: sending and receiving answer `false` and `nil` instead.
public struct ZeroMQError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, as the name of the libzmq call (`zmq_bind`).
    public let operation: String
    /// On what: an endpoint, an option's name; empty where the call says it all.
    public let subject: String
    /// The value of `zmq_errno()` just after the call: an errno or one of libzmq's own numbers.
    public let code: Int32
    /// libzmq's or the C library's words for `code`, or this module's for what it refused itself.
    public let text: String

    /// An error with words of the caller's own.
    public init(operation: String, subject: String = "", code: Int32, text: String) {
        self.operation = operation
        self.subject = subject
        self.code = code
        self.text = text
    }

    /// `zmq_bind(tcp://127.0.0.1:80): Permission denied (13)`.
    public var description: String {
        let what = subject.isEmpty ? operation : "\(operation)(\(subject))"
        return "\(what): \(text) (\(code))"
    }

    /// A router that must report unknown peers (``SocketOption/routerMandatory(_:)``) knows no such peer: it is gone.
    public var isUnknownPeer: Bool { code == EHOSTUNREACH }

    /// The endpoint is taken by another socket.
    public var isAddressInUse: Bool { code == EADDRINUSE }

    /// The failure of the libzmq call just made; to be called in the very next statement.
    static func last(_ operation: String, _ subject: String = "") -> ZeroMQError {
        make(operation, subject, code: zmq_errno())
    }

    static func make(_ operation: String, _ subject: String = "", code: Int32) -> ZeroMQError {
        let text = zmq_strerror(code).map { String(cString: $0) } ?? "unknown error"
        return ZeroMQError(operation: operation, subject: subject, code: code, text: text)
    }
}
