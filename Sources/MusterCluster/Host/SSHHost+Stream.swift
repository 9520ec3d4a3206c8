public import MusterCore
import SSH

/// A program on a host that is read from while it runs.
public struct HostStream: Hashable, Sendable {
    let id: UInt64
}

/// What a program has written since it was looked at last.
public struct HostStreamNews: Equatable, Sendable {
    /// Its standard output.
    public var output: [UInt8] = []
    /// Its standard error.
    public var errors: [UInt8] = []
    /// It writes nothing more.
    public var isOver = false

    /// Nothing.
    public init() {}
}

extension SSHHost {
    /// The most that one look takes, so that other work on the session is not kept waiting.
    private static let most = 4 << 20

    /// Starts a script that runs beside other work; it ends, or meets a closed pipe, when the stream is closed or the
    /// session breaks.
    public func open(_ script: String) async throws(HostError) -> HostStream {
        let channel = try use { session throws(SSHError) in try session.open(script: script) }
        let stream = HostStream(id: .random(in: 0 ... .max))
        channels[stream] = channel
        return stream
    }

    /// What the script has written since the last call, without waiting; `input` is written to it first.
    public func look(at stream: HostStream, input: [UInt8] = []) async throws(HostError) -> HostStreamNews {
        guard let channel = channels[stream] else {
            throw HostError(.unreachable, "the session to '\(name)' that a program ran on is gone")
        }
        let (news, missing) = try use { session throws(SSHError) in
            try session.wait(upTo: .zero)
            if !input.isEmpty, !channel.isClosedForWriting { _ = try channel.write(input[...]) }
            return (try Self.read(channel), channel.missingStart())
        }
        if news.isOver {
            channels[stream] = nil
            if let missing { throw HostError(.command, "\(missing)") }
        }
        return news
    }

    /// Closes the script's streams.
    public func close(_ stream: HostStream) { channels[stream] = nil }

    private static func read(_ channel: Channel) throws(SSHError) -> HostStreamNews {
        var news = HostStreamNews()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var open = 0
        for stream in Channel.Stream.allCases {
            reading: while news.output.count + news.errors.count < most {
                switch try channel.read(stream, into: &buffer) {
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
