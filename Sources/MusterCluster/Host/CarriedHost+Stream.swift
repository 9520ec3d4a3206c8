import MusterCore
import SSH

extension CarriedHost {
    public func open(_ script: String) async throws(HostError) -> HostStream {
        let channel = try use { carrier throws(SSHError) in try carrier.open(script: script) }
        let stream = HostStream()
        channels[stream] = channel
        return stream
    }

    public func look(at stream: HostStream, input: [UInt8]) async throws(HostError) -> HostStreamNews {
        guard let channel = channels[stream] else {
            throw HostError(.unreachable, "the session to '\(name)' that a program ran on is gone")
        }
        let (news, failure) = try use { _ throws(SSHError) in
            try channel.attend()
            if !input.isEmpty, !channel.isClosedForWriting { _ = try channel.write(input[...]) }
            return (try channel.news(), channel.failure())
        }
        if news.isOver {
            channels[stream] = nil
            if let failure { throw HostError(failure) }
        }
        return news
    }

    public func close(_ stream: HostStream) async { channels[stream] = nil }
}

extension ScriptChannel {
    /// What has come on both streams. At most 4 MiB at once, so that other work is not kept waiting.
    fileprivate func news() throws(SSHError) -> HostStreamNews {
        let most = 4 << 20
        var news = HostStreamNews()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var open = 0
        for stream in Channel.Stream.allCases {
            reading: while news.output.count + news.errors.count < most {
                switch try read(stream, into: &buffer) {
                case .bytes(let count) where stream == .output: news.output += buffer[..<count]
                case .bytes(let count): news.errors += buffer[..<count]
                case .nothing:
                    open += 1
                    break reading
                case .end: break reading
                }
            }
            if news.output.count + news.errors.count >= most { open += 1 }
        }
        news.isOver = open == 0
        return news
    }
}
