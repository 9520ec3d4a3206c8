extension Session {
    /// Starts a command through the user's login shell, as `ssh HOST COMMAND` does, and returns its streams.
    public func open(command: String) throws(SSHError) -> Channel {
        try Channel(on: self, command: command)
    }

    /// Starts a script in a POSIX shell and returns its streams, free of what the login shell prints at its start.
    ///
    /// For commands that run for long and are polled beside other work.
    public func open(script: String) throws(SSHError) -> Channel {
        let start = ScriptStart(script)
        let channel = try Channel(on: self, command: start.command, starts: start.starts)
        let deadline = Deadline.after(patience)
        var rest = start.script[...]
        while !rest.isEmpty, !channel.isClosedForWriting {
            let count = try channel.write(rest)
            rest = rest.dropFirst(count)
            guard count == 0 else { continue }
            guard !deadline.hasPassed else {
                throw SSHError(.timedOut, "start a command on", host: host, text: "no answer within \(patience)")
            }
            try wait(until: deadline)
        }
        return channel
    }

    /// Runs a command through the user's login shell and returns all it wrote, start files' noise included.
    ///
    /// A status other than 0 is a result, not an error.
    public func exec(
        _ command: String, input: [UInt8] = [], limits: ExecLimits = ExecLimits()
    ) throws(SSHError) -> ExecResult {
        try open(command: command).collect(input, limits)
    }
}

/// Where a command's standard input comes from.
protocol ByteSource {
    /// Fills the buffer from its start and returns the number of bytes; 0 at the end.
    mutating func next(into buffer: inout [UInt8]) throws(SSHError) -> Int
}

/// Where a command's output goes.
protocol ByteSink {
    mutating func take(_ bytes: ArraySlice<UInt8>, from stream: Channel.Stream) throws(SSHError)
}

struct BytesSource: ByteSource {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next(into buffer: inout [UInt8]) -> Int {
        let chunk = rest.prefix(buffer.count)
        buffer.replaceSubrange(..<chunk.count, with: chunk)
        rest = rest.dropFirst(chunk.count)
        return chunk.count
    }
}

struct CollectingSink: ByteSink {
    let host: String
    let limit: Int
    private(set) var output: [UInt8] = []
    private(set) var errors: [UInt8] = []

    init(host: String, limit: Int) {
        self.host = host
        self.limit = limit
    }

    mutating func take(_ bytes: ArraySlice<UInt8>, from stream: Channel.Stream) throws(SSHError) {
        guard output.count + errors.count + bytes.count <= limit else {
            throw SSHError(
                .channelFailed, "keep the output of a command on", host: host,
                text: "it wrote more than the \(limit) bytes allowed")
        }
        switch stream {
        case .output: output += bytes
        case .errors: errors += bytes
        }
    }
}
