internal import CZMQ

/// Something that happened to a connection of a monitored socket (zmq_socket_monitor(3)).
public struct MonitorEvent: Sendable, Equatable {
    /// What happened. A listener sees `accepted`, then a handshake's end of one kind or another, then
    /// `disconnected`; a connecting socket `connectDelayed`, `connected`, and the same from there.
    public enum Kind: Sendable, Equatable {
        case listening
        case connected
        case connectDelayed
        case connectRetried(afterMilliseconds: Int32)
        case bindFailed(errno: Int32)
        case accepted
        case acceptFailed(errno: Int32)
        case handshakeSucceeded
        /// The peer hung up, or fell silent, before the handshake ended.
        case handshakeFailed(errno: Int32)
        /// The peer does not speak the protocol, or not with these keys or this mechanism.
        case handshakeFailedProtocol(ProtocolFault)
        /// The ZAP handler refused: 300 for now, 400 for good, 500 its own failure (RFC 27).
        case handshakeFailedAuthentication(status: Int32)
        case disconnected
        case closed
        case closeFailed(errno: Int32)
        case monitorStopped
        /// An event that this module does not know, with its number and value.
        case other(UInt16, Int32)
    }

    /// What happened.
    public let kind: Kind
    /// A listener's own endpoint, or the one that was connected to.
    public let endpoint: String
    /// The numeric `address:port` of the far side: of `accepted` and of the `disconnected` that follows it.
    ///
    /// libzmq tells an accepted connection by its descriptor, so this is asked of the system when the event
    /// is read: good for a log line, not for a decision. nil when the connection had already ended by then, and
    /// for every other event. A refused key's address is in its ``ZAPRequest``.
    public let peerAddress: String?

    /// An event as ``SocketMonitor/next()`` would return it.
    public init(kind: Kind, endpoint: String, peerAddress: String? = nil) {
        self.kind = kind
        self.endpoint = endpoint
        self.peerAddress = peerAddress
    }
}

/// Why a handshake was broken off, of the `ZMQ_PROTOCOL_ERROR_*` numbers those that say what to look for.
public enum ProtocolFault: Sendable, Equatable {
    /// One side asks for CURVE and the other does not; a peer that notices first hangs up, and this side then
    /// reports `handshakeFailed` instead.
    case mechanismMismatch
    /// A box did not open: the client has another server key than this server's.
    case cryptographic
    /// The ZAP handler's answer was unusable.
    case zapReply(Int32)
    case other(Int32)

    init(number: Int32) {
        self =
            switch number {
            case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: .mechanismMismatch
            case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC: .cryptographic
            case ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED...ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA: .zapReply(number)
            default: .other(number)
            }
    }
}

extension MonitorEvent.Kind {
    init(number: UInt16, value: Int32) {
        self =
            switch Int32(number) {
            case ZMQ_EVENT_LISTENING: .listening
            case ZMQ_EVENT_CONNECTED: .connected
            case ZMQ_EVENT_CONNECT_DELAYED: .connectDelayed
            case ZMQ_EVENT_CONNECT_RETRIED: .connectRetried(afterMilliseconds: value)
            case ZMQ_EVENT_BIND_FAILED: .bindFailed(errno: value)
            case ZMQ_EVENT_ACCEPTED: .accepted
            case ZMQ_EVENT_ACCEPT_FAILED: .acceptFailed(errno: value)
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
            case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailed(errno: value)
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .handshakeFailedProtocol(ProtocolFault(number: value))
            case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .handshakeFailedAuthentication(status: value)
            case ZMQ_EVENT_DISCONNECTED: .disconnected
            case ZMQ_EVENT_CLOSED: .closed
            case ZMQ_EVENT_CLOSE_FAILED: .closeFailed(errno: value)
            case ZMQ_EVENT_MONITOR_STOPPED: .monitorStopped
            default: .other(number, value)
            }
    }
}
