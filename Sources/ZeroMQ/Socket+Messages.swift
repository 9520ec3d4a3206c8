internal import CZMQ

/// Whether a call may sleep until it can do its work.
public enum Waiting: Sendable {
    /// Answer at once; `false` or `nil` says that nothing could be done.
    case dontWait
    /// Sleep until it is done; not interrupted by signals.
    case untilDone
}

extension Socket {
    /// Sends one message of one or more frames; all of it or nothing.
    ///
    /// `false`: there is no peer, or the queue to it is full, or the connection broke while the frames were
    /// handed over. The bytes are copied. An empty list sends nothing and answers `true`.
    public func send(_ frames: [[UInt8]], _ waiting: Waiting = .dontWait) throws(ZeroMQError) -> Bool {
        try sendEach(frames.count, waiting) { index, socket, flags in
            frames[index].withUnsafeBytes { zmq_send(socket, $0.baseAddress, $0.count, flags) }
        }
    }

    /// Sends `frames` and then `last` as one message; see ``send(_:_:)``.
    public func send(
        _ frames: [[UInt8]], last: UnsafeRawBufferPointer, _ waiting: Waiting = .dontWait
    ) throws(ZeroMQError) -> Bool {
        try sendEach(frames.count + 1, waiting) { index, socket, flags in
            guard index < frames.count else { return zmq_send(socket, last.baseAddress, last.count, flags) }
            return frames[index].withUnsafeBytes { zmq_send(socket, $0.baseAddress, $0.count, flags) }
        }
    }

    /// When a connection breaks inside a message, libzmq refuses one frame and expects the remaining ones,
    /// to drop them: they are offered to the end.
    private func sendEach(
        _ count: Int, _ waiting: Waiting,
        _ send: (_ index: Int, _ socket: UnsafeMutableRawPointer, _ flags: Int32) -> Int32
    ) throws(ZeroMQError) -> Bool {
        let socket = try handle.open("zmq_send")
        var whole = true
        for index in 0..<count {
            let flags = (index + 1 < count ? ZMQ_SNDMORE : 0) | (waiting == .dontWait ? ZMQ_DONTWAIT : 0)
            while send(index, socket, flags) < 0 {
                let code = zmq_errno()
                if code == EINTR { continue }
                guard code == EAGAIN else { throw .make("zmq_send", code: code) }
                if index == 0 { return false }
                whole = false
                break
            }
        }
        return whole
    }

    /// The next message, or nil when there is none now.
    ///
    /// A message is read to its end whatever it holds, so that the next call starts at a message again;
    /// of its frames the first `maximumFrames` are kept and the others counted. Their size is bounded by
    /// ``SocketOption/maximumMessageSize(_:)``.
    public func receive(_ waiting: Waiting = .dontWait, maximumFrames: Int = 16) throws(ZeroMQError) -> Message? {
        let socket = try handle.open("zmq_msg_recv")
        var part = zmq_msg_t()
        zmq_msg_init(&part)
        defer { zmq_msg_close(&part) }

        var message = Message(frames: [])
        repeat {
            while zmq_msg_recv(&part, socket, waiting == .dontWait ? ZMQ_DONTWAIT : 0) < 0 {
                let code = zmq_errno()
                if code == EINTR { continue }
                if code == EAGAIN && message.frames.isEmpty && message.droppedFrames == 0 { return nil }
                throw .make("zmq_msg_recv", code: code)
            }
            if message.frames.count < maximumFrames {
                message.frames.append(bytes(of: &part))
            } else {
                message.droppedFrames += 1
            }
            // Any part carries the sender's properties; those of the last one are as good as those of the first.
            if zmq_msg_more(&part) == 0 {
                message.userID = property("User-Id", of: &part)
                message.peerAddress = property("Peer-Address", of: &part)
                return message
            }
        } while true
    }
}

private func bytes(of part: inout zmq_msg_t) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part)))
}

private func property(_ name: String, of part: inout zmq_msg_t) -> String? {
    guard let text = zmq_msg_gets(&part, name) else { return nil }
    return text.pointee == 0 ? nil : String(cString: text)
}
