internal import CZMQ

/// What a socket is; see zmq_socket(3) for which types talk to which.
public enum SocketType: Sendable {
    /// Talks to routers; frames are sent as they are.
    case dealer
    /// Talks to many dealers; the first frame of a message names the peer.
    case router
    /// Answers requests one at a time.
    case reply
    /// Talks to exactly one other pair socket, inside one process.
    case pair

    var number: Int32 {
        switch self {
        case .dealer: ZMQ_DEALER
        case .router: ZMQ_ROUTER
        case .reply: ZMQ_REP
        case .pair: ZMQ_PAIR
        }
    }
}

/// A libzmq socket, owned by exactly one variable and so by one thread at a time.
///
/// libzmq sockets are not thread safe: two threads on one socket corrupt it or abort the process.
/// `Socket` is neither copyable nor `Sendable`, so the compiler rejects the code that would do it.
///
/// Destroying the value closes the socket; there is no `close()`, since for an owner it cannot fail.
/// What is still queued is given up at once (linger is zero unless an option says otherwise): keep
/// whatever must not be lost until the peer has acknowledged it.
public struct Socket: ~Copyable {
    let handle: SocketHandle
    /// Fixed when the socket was opened.
    public let type: SocketType

    /// Opens a socket, with linger zero, and sets `options` in their order.
    public init(_ context: Context, _ type: SocketType, options: [SocketOption] = []) throws(ZeroMQError) {
        let handle = try SocketHandle(context, type: type.number)
        try handle.set(.linger(.zero))
        for option in options { try handle.set(option) }
        self.handle = handle
        self.type = type
    }

    deinit { handle.close() }

    /// Binds and returns the real endpoint, in which a port given as `*` or `0` has its number.
    @discardableResult
    public func bind(_ endpoint: String) throws(ZeroMQError) -> String {
        guard zmq_bind(try handle.open("zmq_bind"), endpoint) == 0 else { throw .last("zmq_bind", endpoint) }
        return try string(ZMQ_LAST_ENDPOINT, "ZMQ_LAST_ENDPOINT", capacity: 1024)
    }

    /// Stops listening; the connections accepted so far stay.
    public func unbind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_unbind(try handle.open("zmq_unbind"), endpoint) == 0 else { throw .last("zmq_unbind", endpoint) }
    }

    /// Starts connecting. Returns at once: libzmq connects, and connects again, in the background.
    ///
    /// One exception, seen with libzmq 4.3: a peer that a ZAP handler refused for good (status 400 or
    /// 500) is not connected again until it is disconnected and connected once more
    /// (a dealer ignores a second `connect` to the same endpoint).
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(try handle.open("zmq_connect"), endpoint) == 0 else {
            throw .last("zmq_connect", endpoint)
        }
    }

    /// Ends the connection to `endpoint`, spelled as it was connected, and gives up what is queued for it.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_disconnect(try handle.open("zmq_disconnect"), endpoint) == 0 else {
            throw .last("zmq_disconnect", endpoint)
        }
    }

    /// What can be done now without waiting; also rearms ``fileDescriptor``.
    public var events: PollEvents {
        get throws(ZeroMQError) {
            let flags = try integer(ZMQ_EVENTS, "ZMQ_EVENTS")
            return PollEvents(rawValue: Int16(truncatingIfNeeded: flags))
        }
    }

    /// A descriptor for a poll loop of the caller's own.
    ///
    /// It is edge triggered, and readable only says that ``events`` *may* have changed. So read `events`
    /// after every wake up and also after every send and receive, and go on until it shows nothing more
    /// to do before waiting again; otherwise the loop sleeps beside a full queue. Never read, write or
    /// close it. ``PollSet`` does all this by itself.
    public var fileDescriptor: Int32 {
        get throws(ZeroMQError) { try integer(ZMQ_FD, "ZMQ_FD") }
    }

    private func integer(_ option: Int32, _ name: String) throws(ZeroMQError) -> Int32 {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        let pointer = try handle.open("zmq_getsockopt")
        while zmq_getsockopt(pointer, option, &value, &size) != 0 {
            let code = zmq_errno()
            if code != EINTR { throw .make("zmq_getsockopt", name, code: code) }
        }
        return value
    }

    private func string(_ option: Int32, _ name: String, capacity: Int) throws(ZeroMQError) -> String {
        var bytes = [UInt8](repeating: 0, count: capacity)
        var size = capacity
        guard zmq_getsockopt(try handle.open("zmq_getsockopt"), option, &bytes, &size) == 0 else {
            throw .last("zmq_getsockopt", name)
        }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

@available(*, unavailable)
extension Socket: Sendable {}
