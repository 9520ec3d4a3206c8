import MusterCore
import ZeroMQ

/// Tells the collector what stands in the outbox, and the latest samples. Works only as long as somebody answers;
/// nothing depends on it, since the outbox has everything.
///
/// Messages are one frame of JSON lines of at most 64 KiB. `hello` names the source; `have n` answers which facts are
/// known already; an acknowledgement allows the next messages. Unanswered for five seconds, the endpoint file is read
/// again and a new connection is made, with pauses that grow to thirty seconds.
final class Teller {
    /// How far the conversation is.
    private enum State {
        /// No connection; the next try at this moment of the monotonic clock.
        case resting(until: Int64)
        /// `hello` was sent at this moment.
        case greeting(since: Int64)
        /// The collector knows us.
        case talking
        /// It refused us for good.
        case refused
    }

    private final class Connection {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    static let messageBytes = 65_536
    static let messagesInFlight = 4
    static let answerTime: Int64 = 5_000_000
    static let longestPause: Int64 = 30_000_000

    private let context: Context
    private let keys: CurveKeyPair
    private let endpointFile: String
    private let run: String
    private let source: String
    private let outbox: Outbox
    private let log: (String) -> Void

    private var connection: Connection?
    private var state: State
    private var pause: Int64 = 1_000_000
    private var sent: Int64 = 0
    private var acknowledged: Int64 = 0
    private var inFlight: [Int64] = []
    private var credit: Int64 = .max
    private var waitingSince: Int64?

    /// nil when the run has no keys: then files alone tell. `log` takes what a person should know.
    init?(paths: RunPaths, run: String, source: String, outbox: Outbox, log: @escaping (String) -> Void) {
        guard let keys = clientKeys(file: paths.clientKey), let context = try? Context() else { return nil }
        self.context = context
        self.keys = keys
        endpointFile = paths.endpoint
        self.run = run
        self.source = source
        self.outbox = outbox
        self.log = log
        state = .resting(until: 0)
    }

    /// Puts the connection, if there is one, into `polls`.
    func join(_ polls: inout PollSet) {
        if let connection { polls.add(connection.socket, for: .readable) }
    }

    /// True when every fact was acknowledged.
    var isDone: Bool { acknowledged >= outbox.last }

    /// True when waiting for an answer makes sense.
    var isConnected: Bool {
        switch state {
        case .greeting, .talking: true
        case .resting, .refused: false
        }
    }

    /// Reads answers, sends what may be sent, and gives up on a silent collector. Never sleeps.
    func step(now: Int64) {
        do {
            switch state {
            case .refused: return
            case .resting(let until):
                guard now >= until else { return }
                try connect(now: now)
            case .greeting, .talking: break
            }
            try receive(now: now)
            try sendFacts(now: now)
        } catch {
            log("the collector can't be told: \(error)")
            rest(now: now)
        }
        if let waitingSince, now - waitingSince > Self.answerTime { rest(now: now) }
    }

    /// Sends samples, at best; they are dropped when the collector does not listen.
    func send(samples: [Event]) {
        guard case .talking = state, let connection, !samples.isEmpty else { return }
        var bytes: [UInt8] = []
        for sample in samples {
            let line = sample.json.bytes + [UInt8(ascii: "\n")]
            if bytes.count + line.count > Self.messageBytes {
                _ = try? connection.socket.send([bytes])
                bytes = []
            }
            bytes += line
        }
        _ = try? connection.socket.send([bytes])
    }

    private func connect(now: Int64) throws(ZeroMQError) {
        guard let endpoint = Endpoint(file: endpointFile), let server = CurveKey(z85: endpoint.key) else {
            return rest(now: now)
        }
        let socket = try Socket(
            context, .dealer,
            options: [
                .curveClient(keys, server: server), .sendHighWaterMark(64), .receiveHighWaterMark(64),
                .maximumMessageSize(Int64(Self.messageBytes)), .heartbeatInterval(.seconds(5)),
                .heartbeatTimeout(.seconds(15)), .reconnectInterval(.milliseconds(200), maximum: .seconds(5)),
            ])
        try socket.connect(endpoint.address)
        connection = Connection(socket)
        try hello(now: now)
    }

    private func hello(now: Int64) throws(ZeroMQError) {
        state = .greeting(since: now)
        waitingSince = now
        inFlight = []
        let line = WireMessage.hello(run: run, source: source, last: outbox.last).line
        _ = try connection?.socket.send([line + [UInt8(ascii: "\n")]])
    }

    private func rest(now: Int64) {
        connection = nil
        waitingSince = nil
        inFlight = []
        state = .resting(until: now + pause)
        pause = min(pause * 2, Self.longestPause)
    }

    private func receive(now: Int64) throws(ZeroMQError) {
        while let message = try connection?.socket.receive(maximumFrames: 4) {
            for frame in message.frames {
                for line in frame.split(separator: UInt8(ascii: "\n")) {
                    guard let json = try? JSON(parsing: line), let answer = WireMessage(json: json) else { continue }
                    try take(answer, now: now)
                    if case .refused = state { return }
                }
            }
        }
    }

    private func take(_ answer: WireMessage, now: Int64) throws(ZeroMQError) {
        switch answer {
        case .have(let have, let allowed):
            credit = max(1, allowed)
            acknowledged = min(max(0, have), outbox.last)
            sent = acknowledged
            inFlight = []
            waitingSince = nil
            pause = 1_000_000
            state = .talking
        case .ack(let ack):
            acknowledged = min(max(acknowledged, ack), sent)
            inFlight.removeAll { $0 <= acknowledged }
            waitingSince = inFlight.isEmpty ? nil : now
        case .again: try hello(now: now)
        case .refused(let reason):
            log("the collector refused this agent: \(reason); facts stay in the outbox")
            connection = nil
            waitingSince = nil
            state = .refused
        case .hello: break
        }
    }

    private func sendFacts(now: Int64) throws(ZeroMQError) {
        guard case .talking = state, let connection else { return }
        while inFlight.count < Self.messagesInFlight {
            let allowed = credit == .max ? Int64.max : acknowledged + credit - sent
            let (lines, last) = outbox.lines(after: sent, fitting: Self.messageBytes, atMost: allowed)
            guard !lines.isEmpty, try connection.socket.send([lines]) else { return }
            sent = last
            inFlight.append(last)
            waitingSince = waitingSince ?? now
        }
    }
}
