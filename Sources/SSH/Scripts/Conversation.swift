extension ScriptChannel {
    /// Feeds a command and drains it until it has ended, all on the calling thread.
    ///
    /// `timeout` bounds the whole, `stall` the time in which no byte moves. On a broken limit or an error the command
    /// is told to end and its channel is closed.
    func converse(
        from source: inout some ByteSource, to sink: inout some ByteSink, timeout: Duration?, stall: Duration?
    ) throws(SSHError) -> ExecStatus {
        var talk = Conversation(self)
        do throws(SSHError) {
            let deadline = Deadline.after(timeout)
            var stalled = Deadline.after(stall)
            while !talk.isOver {
                let before = received
                let moved = try talk.step(&source, &sink)
                if moved { stalled = .after(stall) }
                let limit = deadline.earlier(stalled)
                guard !limit.hasPassed else { throw talk.late(deadline.hasPassed ? timeout : stall) }
                // Reading one stream may have brought bytes of the other, so wait only if nothing came at all.
                if !moved, received == before, !talk.isOver { try wait(until: limit, sending: talk.isSending) }
            }
            return try talk.status()
        } catch {
            terminate()
            throw error
        }
    }
}

/// One command's input on its way out and output on its way in.
private struct Conversation<Running: ScriptChannel> {
    private let channel: Running
    private var outgoing: [UInt8]
    private var unsent = 0..<0
    private var incoming: [UInt8]
    private var inputEnded = false
    private var open = Set(Channel.Stream.allCases)

    init(_ channel: Running) {
        self.channel = channel
        // Large enough that a call into libssh moves several packets of 32 KiB.
        (outgoing, incoming) = ([UInt8](repeating: 0, count: 256 << 10), [UInt8](repeating: 0, count: 256 << 10))
    }

    /// Whether bytes of the source wait for room.
    var isSending: Bool { !inputEnded && !unsent.isEmpty }

    /// Everything was read and the server told how the command ended, or will never tell.
    var isOver: Bool { open.isEmpty && channel.isEnded }

    /// Moves what can be moved without waiting; false if that was nothing.
    mutating func step(
        _ source: inout some ByteSource, _ sink: inout some ByteSink
    ) throws(SSHError) -> Bool {
        var moved = try send(&source)
        for stream in Channel.Stream.allCases where open.contains(stream) {
            switch try channel.read(stream, into: &incoming) {
            case .bytes(let count):
                try sink.take(incoming[..<count], from: stream)
                moved = true
            case .nothing: break
            case .end:
                open.remove(stream)
                moved = true
            }
        }
        // The end of the streams may come before the status, and reading a stream at its end handles no traffic.
        if open.isEmpty, !isOver { try channel.handleTraffic() }
        return moved
    }

    private mutating func send(_ source: inout some ByteSource) throws(SSHError) -> Bool {
        guard !inputEnded else { return false }
        if unsent.isEmpty {
            unsent = 0..<(try source.next(into: &outgoing))
            if unsent.isEmpty {
                try channel.sendEOF()
                inputEnded = true
                return true
            }
        }
        let count = try channel.write(outgoing[unsent])
        unsent = unsent.dropFirst(count)
        // A command may end without reading all its input; what is left then interests nobody.
        inputEnded = channel.isClosedForWriting
        return count > 0
    }

    func status() throws(SSHError) -> ExecStatus {
        if let error = channel.failure() { throw error }
        if let status = channel.status { return status }
        throw SSHError(
            channel.isCarried ? .channelFailed : .disconnected, "finish a command on", host: channel.host,
            text: "the server closed the channel without saying how the command ended")
    }

    func late(_ limit: Duration?) -> SSHError {
        SSHError(
            .timedOut, "finish a command on", host: channel.host,
            text: "it did not end within \(limit.map { "\($0)" } ?? "its time")")
    }
}
