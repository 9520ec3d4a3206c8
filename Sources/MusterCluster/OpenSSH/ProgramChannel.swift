import Glibc
import SSH

/// The streams of a command that the ssh program runs on a host.
final class ProgramChannel: ScriptChannel {
    let host: String
    private let process: ProgramProcess
    /// What the command is carried by; nil for what talks to no host.
    private let session: ProgramSession?
    private(set) var markers: StartMarkers
    /// Streams that were read to their end.
    private var finished: Set<Channel.Stream> = []
    private var isRefused = false
    /// It is left to end by itself when it is dropped, by the end of its input.
    private let isLeftAlone: Bool

    /// Starts the program; its command's streams begin behind `markers`.
    init(
        _ words: [String], host: String, markers: StartMarkers = StartMarkers(), on session: ProgramSession? = nil,
        isLeftAlone: Bool = false
    ) throws(SSHError) {
        process = try ProgramProcess(words)
        (self.host, self.markers, self.session, self.isLeftAlone) = (host, markers, session, isLeftAlone)
    }

    deinit { if !isLeftAlone { process.kill() } }

    var isCarried: Bool { session?.isConnected ?? false }
    var isEnded: Bool { process.ending != nil }
    var isClosedForWriting: Bool { isRefused || isEnded }
    /// Each command has descriptors of its own.
    var received: UInt64 { 0 }

    var status: ExecStatus? {
        if case .ended(let status) = process.ending { return status }
        return nil
    }

    func read(_ stream: Channel.Stream, into buffer: inout [UInt8]) throws(SSHError) -> Channel.Reading {
        // What it wrote is there when it has ended; somebody else may hold its streams open.
        let isEnded = isEnded
        let count = Glibc.read(stream == .output ? process.output : process.errors, &buffer, buffer.count)
        if count > 0 { return try markers.strip(count, stream, &buffer, host: host) }
        if count < 0, errno == EAGAIN || errno == EINTR { return isEnded ? .end : .nothing }
        finished.insert(stream)
        // Why a command never began is known once the program has ended.
        return isEnded || markers.areFound ? .end : .nothing
    }

    func write(_ bytes: some Collection<UInt8>) throws(SSHError) -> Int {
        guard !isClosedForWriting, !bytes.isEmpty else { return 0 }
        let flags = Int32(MSG_NOSIGNAL)
        let input = process.input
        let count =
            bytes.withContiguousStorageIfAvailable { send(input, $0.baseAddress, $0.count, flags) }
            ?? Array(bytes).withUnsafeBytes { send(input, $0.baseAddress, $0.count, flags) }
        if count < 0, errno != EAGAIN, errno != EINTR { isRefused = true }
        return max(0, count)
    }

    func sendEOF() { shutdown(process.input, Int32(SHUT_WR)) }

    func terminate() { process.kill() }

    func handleTraffic() {}

    func attend() {}

    /// Waits until something can be written, or the program has ended.
    func waitForRoom(until deadline: Deadline) {
        var polled = [process.input, process.over].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        polled[0].events = Int16(POLLOUT)
        poll(&polled, 2, deadline.pollTimeout)
    }

    func wait(until deadline: Deadline, sending: Bool) {
        var polled: [pollfd] = []
        func add(_ descriptor: Int32, _ events: Int32, if isWanted: Bool) {
            if isWanted { polled.append(pollfd(fd: descriptor, events: Int16(events), revents: 0)) }
        }
        add(process.output, POLLIN, if: !finished.contains(.output))
        add(process.errors, POLLIN, if: !finished.contains(.errors))
        add(process.input, POLLOUT, if: sending && !isClosedForWriting)
        add(process.over, POLLIN, if: !isEnded)
        poll(&polled, nfds_t(polled.count), deadline.pollTimeout)
    }

    func failure() -> SSHError? {
        switch process.ending {
        case nil: return nil
        case .missing(let text):
            return SSHError(
                .configInvalid, "start the ssh program for", host: host, text: text,
                hint: "install OpenSSH's client (openssh-client), or leave out 'transport: openssh'")
        case .ended(.signalled(let name)):
            return SSHError(
                .disconnected, "stay connected to", host: host, text: "the ssh program was ended by signal \(name)")
        case .ended(let status):
            // ssh's own failures and a command's end with 255 are told apart by whether the connection stands.
            let isOwn = status == .exited(255)
            guard markers.areFound else {
                if isOwn { return ProgramWords.error(said, host: host) }
                return markers.missing(on: host, status)
            }
            guard isOwn, let session, !session.stands() else { return nil }
            return ProgramWords.error(session.lastWords, host: host, isEstablished: true)
        }
    }

    /// What was said before the command began.
    var said: String {
        String(decoding: markers.areFound ? markers.greeting : markers.noise, as: UTF8.self)
    }
}
