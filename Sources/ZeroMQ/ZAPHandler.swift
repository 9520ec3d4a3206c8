/// A question of libzmq about a peer that wants in (RFC 27, version 1.0).
public struct ZAPRequest: Sendable, Equatable {
    /// The domain of the server socket that was connected to.
    public let domain: String
    /// The peer's IP address, without port.
    public let address: String
    /// The routing id that the peer asks for; usually empty.
    public let identity: [UInt8]
    /// `NULL`, `PLAIN` or `CURVE`.
    public let mechanism: String
    /// What the mechanism adds: for `CURVE` one entry, the client's public key in 32 bytes.
    public let credentials: [[UInt8]]

    /// The client's key; nil for every mechanism but CURVE.
    public var curveKey: CurveKey? {
        guard mechanism == "CURVE", credentials.count == 1 else { return nil }
        return CurveKey(bytes: credentials[0])
    }

    /// A request as libzmq would ask it.
    public init(domain: String, address: String, identity: [UInt8], mechanism: String, credentials: [[UInt8]]) {
        self.domain = domain
        self.address = address
        self.identity = identity
        self.mechanism = mechanism
        self.credentials = credentials
    }
}

/// The answer to a ``ZAPRequest``.
public enum ZAPDecision: Sendable, Equatable {
    /// Let the peer in; every message from it then carries `userID` (at most 255 bytes, without NUL).
    case admit(userID: String)
    /// Refuse for good (status 400). A libzmq peer then gives up until it is told to
    /// disconnect and connect once more; `reason` (at most 255 bytes) does not reach it.
    case refuse(reason: String)
    /// Refuse for now (status 300): libzmq leaves the peer without an answer until the server's
    /// ``SocketOption/handshakeInterval(_:)`` is over and hangs up; the peer then tries again.
    case later(reason: String)
}

/// Decides who may connect to the CURVE servers of one context.
///
/// CURVE alone lets every key in: it proves only that the peer owns the key it shows. This handler is where
/// a key is accepted or not. libzmq looks for it when a peer connects, so make it **before** the first server
/// socket is bound, and keep it as long as the last one: without a handler every key passes.
///
/// It has no thread. Poll it beside the sockets (``PollSet/add(_:)-(ZAPHandler)``) and call
/// ``handlePending(_:)`` when it is readable; handshakes wait meanwhile.
public struct ZAPHandler: ~Copyable {
    let socket: Socket

    /// Fails with `EADDRINUSE` when the context has a handler already.
    public init(_ context: Context) throws(ZeroMQError) {
        let socket = try Socket(context, .reply)
        try socket.bind("inproc://zeromq.zap.01")
        self.socket = socket
    }

    /// Answers the questions that wait now and says how many there were; never sleeps.
    ///
    /// `decide` runs on the caller's thread. A request that this module cannot read is refused unasked.
    @discardableResult
    public func handlePending(_ decide: (ZAPRequest) -> ZAPDecision) throws(ZeroMQError) -> Int {
        var answered = 0
        while let message = try socket.receive(maximumFrames: 16) {
            let (id, decision) = answer(to: message, decide)
            // A reply socket that has a request open can always queue its answer, so this does not wait.
            _ = try socket.send(reply(id: id, decision), .untilDone)
            answered += 1
        }
        return answered
    }

    private func answer(to message: Message, _ decide: (ZAPRequest) -> ZAPDecision) -> ([UInt8], ZAPDecision) {
        let frames = message.frames
        let id = frames.count > 1 ? frames[1] : []
        guard frames.count >= 6, frames[0] == Array("1.0".utf8), message.droppedFrames == 0 else {
            return (id, .refuse(reason: "unreadable request"))
        }
        let request = ZAPRequest(
            domain: text(frames[2]), address: text(frames[3]), identity: frames[4], mechanism: text(frames[5]),
            credentials: Array(frames[6...]))
        return (id, decide(request))
    }

    /// Version, request id, status code, status text, user id, metadata.
    private func reply(id: [UInt8], _ decision: ZAPDecision) -> [[UInt8]] {
        let (status, reason, user) =
            switch decision {
            case .admit(let userID): ("200", "OK", userID)
            case .refuse(let reason): ("400", reason, "")
            case .later(let reason): ("300", reason, "")
            }
        return [Array("1.0".utf8), id, Array(status.utf8), short(reason), short(user), []]
    }
}

@available(*, unavailable)
extension ZAPHandler: Sendable {}

private func text(_ frame: [UInt8]) -> String { String(decoding: frame, as: UTF8.self) }

/// RFC 27 gives status texts and user ids 255 bytes.
private func short(_ text: String) -> [UInt8] { Array(text.utf8.prefix(255)) }
