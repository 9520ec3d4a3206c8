internal import CZMQ

/// An option of a socket (zmq_setsockopt(3)); all but ``linger(_:)`` apply to later binds and connects only.
///
/// Times are rounded up to whole milliseconds.
public enum SocketOption: Sendable {
    /// How long a closed socket's queued messages live on; nil: for ever, and the context's end waits for it.
    case linger(Duration?)
    /// Messages queued per peer before sending would wait; 0 is no limit.
    case sendHighWaterMark(Int32)
    /// Messages received and not yet read, per peer; 0 is no limit. Memory is this times peers times size.
    case receiveHighWaterMark(Int32)
    /// Bytes of the largest frame accepted; a peer that sends a larger one is disconnected. nil: no limit.
    case maximumMessageSize(Int64?)
    /// Pause between ZMTP pings to a peer; zero sends none.
    case heartbeatInterval(Duration)
    /// Silence after a ping until the connection counts as dead.
    case heartbeatTimeout(Duration)
    /// How long the *peer* may hear nothing until it counts the connection as dead; at most 6553 s.
    case heartbeatTimeToLive(Duration)
    /// Pause before connecting again. With a maximum larger than it, each try doubles the pause up to there.
    case reconnectInterval(Duration, maximum: Duration = .zero)
    /// Time for a whole handshake, including the ZAP handler's answer; zero is no limit.
    case handshakeInterval(Duration)
    /// Time for one TCP connect; zero leaves it to the system.
    case connectTimeout(Duration)
    /// Queue messages only for peers that are really connected, so that sending says when there is none.
    case immediate(Bool)
    /// A router refuses to send to a peer it does not know, instead of dropping the message silently.
    case routerMandatory(Bool)
    /// Connections that wait to be accepted (listen(2)).
    case backlog(Int32)
    /// Allow IPv6 addresses beside IPv4 ones.
    case ipv6(Bool)
    /// The domain that ZAP requests carry; a CURVE server without a bound ``ZAPHandler`` lets any key in.
    case zapDomain(String)
    /// Be a CURVE server with this secret key.
    case curveServer(CurveSecretKey)
    /// Be a CURVE client with these keys, and talk only to the server that owns `server`.
    case curveClient(CurveKeyPair, server: CurveKey)
}

extension Socket {
    /// Sets one option.
    public func set(_ option: SocketOption) throws(ZeroMQError) {
        try handle.set(option)
    }
}

extension SocketHandle {
    func set(_ option: SocketOption) throws(ZeroMQError) {
        switch option {
        case .linger(let time): try set(ZMQ_LINGER, "ZMQ_LINGER", time?.wholeMilliseconds ?? -1)
        case .sendHighWaterMark(let count): try set(ZMQ_SNDHWM, "ZMQ_SNDHWM", count)
        case .receiveHighWaterMark(let count): try set(ZMQ_RCVHWM, "ZMQ_RCVHWM", count)
        case .maximumMessageSize(let bytes): try set(ZMQ_MAXMSGSIZE, "ZMQ_MAXMSGSIZE", bytes ?? -1)
        case .heartbeatInterval(let time): try set(ZMQ_HEARTBEAT_IVL, "ZMQ_HEARTBEAT_IVL", time.wholeMilliseconds)
        case .heartbeatTimeout(let time):
            try set(ZMQ_HEARTBEAT_TIMEOUT, "ZMQ_HEARTBEAT_TIMEOUT", time.wholeMilliseconds)
        case .heartbeatTimeToLive(let time): try set(ZMQ_HEARTBEAT_TTL, "ZMQ_HEARTBEAT_TTL", time.wholeMilliseconds)
        case .reconnectInterval(let first, let maximum):
            try set(ZMQ_RECONNECT_IVL, "ZMQ_RECONNECT_IVL", first.wholeMilliseconds)
            try set(ZMQ_RECONNECT_IVL_MAX, "ZMQ_RECONNECT_IVL_MAX", maximum.wholeMilliseconds)
        case .handshakeInterval(let time): try set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", time.wholeMilliseconds)
        case .connectTimeout(let time): try set(ZMQ_CONNECT_TIMEOUT, "ZMQ_CONNECT_TIMEOUT", time.wholeMilliseconds)
        case .immediate(let flag): try set(ZMQ_IMMEDIATE, "ZMQ_IMMEDIATE", flag ? 1 : 0 as Int32)
        case .routerMandatory(let flag): try set(ZMQ_ROUTER_MANDATORY, "ZMQ_ROUTER_MANDATORY", flag ? 1 : 0 as Int32)
        case .backlog(let count): try set(ZMQ_BACKLOG, "ZMQ_BACKLOG", count)
        case .ipv6(let flag): try set(ZMQ_IPV6, "ZMQ_IPV6", flag ? 1 : 0 as Int32)
        case .zapDomain(let domain): try set(ZMQ_ZAP_DOMAIN, "ZMQ_ZAP_DOMAIN", bytes: Array(domain.utf8))
        case .curveServer(let secret):
            try set(ZMQ_CURVE_SERVER, "ZMQ_CURVE_SERVER", 1 as Int32)
            try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", bytes: secret.bytes)
        case .curveClient(let own, let server):
            try set(ZMQ_CURVE_SERVERKEY, "ZMQ_CURVE_SERVERKEY", bytes: server.bytes)
            try set(ZMQ_CURVE_PUBLICKEY, "ZMQ_CURVE_PUBLICKEY", bytes: own.publicKey.bytes)
            try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", bytes: own.secretKey.bytes)
        }
    }

    private func set<Number: FixedWidthInteger & BitwiseCopyable>(
        _ option: Int32, _ name: String, _ value: Number
    ) throws(ZeroMQError) {
        var value = value
        let pointer = try open("zmq_setsockopt")
        guard zmq_setsockopt(pointer, option, &value, MemoryLayout<Number>.size) == 0 else {
            throw .last("zmq_setsockopt", name)
        }
    }

    private func set(_ option: Int32, _ name: String, bytes: [UInt8]) throws(ZeroMQError) {
        let pointer = try open("zmq_setsockopt")
        guard zmq_setsockopt(pointer, option, bytes, bytes.count) == 0 else { throw .last("zmq_setsockopt", name) }
    }
}

extension Duration {
    /// Milliseconds, rounded up so that a short time never becomes zero; within 0 and `Int32.max`.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64(Int32.max / 1000) else { return .max }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
