/// A received message: its frames, owned, and what libzmq knows of the sender.
public struct Message: Sendable, Equatable {
    /// The frames. A router's first one is the peer's routing id.
    public var frames: [[UInt8]]
    /// How many frames beyond the receiver's limit were read and thrown away; 0 for a whole message.
    public var droppedFrames: Int
    /// The user id that the ZAP handler gave to this connection; nil when there was none (RFC 27).
    public var userID: String?
    /// The sender's IP address without port, as libzmq saw it at accept; nil for inproc.
    public var peerAddress: String?

    /// A message as ``Socket/receive(_:maximumFrames:)`` would return it.
    public init(frames: [[UInt8]], droppedFrames: Int = 0, userID: String? = nil, peerAddress: String? = nil) {
        self.frames = frames
        self.droppedFrames = droppedFrames
        self.userID = userID
        self.peerAddress = peerAddress
    }
}
