import Glibc
public import MusterCore
public import ZeroMQ

/// The collector's loop: receive what is there, append it in one go, acknowledge. Owned by one thread.
public struct CollectorLoop: ~Copyable {
    /// Facts that an agent may have under way without an acknowledgement.
    static let credit: Int64 = 2000
    /// Events of one append at most.
    static let batch = 2000
    /// The least from one commit to the next: a commit costs the disk about the same whatever is in it. What comes after a
    /// longer silence is not held up.
    static let pause: Duration = .milliseconds(10)

    /// Where it listens: `tcp://ADDRESS:PORT`.
    public let address: String
    /// The runs whose events are taken, by the public key of their agents.
    public var runs: [CurveKey: String]
    private let keys: CurveKeyPair
    private let sink: any EventSink & Sendable
    private let onEvents: @Sendable ([Event]) -> Void
    private let onNote: @Sendable (String) -> Void
    private let context: Context
    private let handler: ZAPHandler
    private let socket: Socket
    /// Sources that said hello, with the routing id of the peer that speaks for them.
    private var welcome: [String: [UInt8]] = [:]
    private var noted: Set<String> = []
    private var committed = ContinuousClock.now

    /// Binds; nobody is served before ``step(for:beside:)``. See ``Collector`` for what is handed in.
    public init(
        settings: Collector.Settings, sink: any EventSink & Sendable,
        onEvents: @escaping @Sendable ([Event]) -> Void = { _ in }, onNote: @escaping @Sendable (String) -> Void
    ) throws {
        let context = try Context()
        let handler = try ZAPHandler(context)
        let socket = try Socket(
            context, .router,
            options: [
                .linger(.milliseconds(200)), .receiveHighWaterMark(64), .sendHighWaterMark(256),
                .maximumMessageSize(Int64(WireMessage.maximumSize) + 4096), .handshakeInterval(.seconds(10)),
                .heartbeatInterval(.seconds(10)), .heartbeatTimeout(.seconds(30)), .backlog(1024),
                .zapDomain("muster"), .curveServer(settings.keys.secretKey),
            ])
        address = try socket.bind("tcp://\(settings.address):\(settings.port.map(String.init) ?? "*")")
        runs = settings.runs
        keys = settings.keys
        self.sink = sink
        self.onEvents = onEvents
        self.onNote = onNote
        self.context = context
        self.handler = handler
        self.socket = socket
    }

    /// Connects with a random key and refuses to serve when that gets in.
    public mutating func proveThatKeysAreChecked() throws {
        let stranger = try CurveKeyPair.generate()
        let visitor = try Socket(
            context, .dealer,
            options: [.linger(.zero), .immediate(true), .curveClient(stranger, server: keys.publicKey)])
        try visitor.connect(address)
        var wasAsked = false
        for _ in 0..<200 where !wasAsked {
            var set = PollSet()
            set.add(handler)
            try set.wait(timeout: .milliseconds(10))
            let (runs, own) = (runs, stranger.publicKey)
            // Agents that come back to a port that they know may be faster.
            try handler.handlePending { request in
                wasAsked = wasAsked || request.curveKey == own
                return Self.decide(request, runs)
            }
        }
        // Were it let in, a message of it would arrive.
        _ = try? visitor.send([[0]], .dontWait)
        var set = PollSet()
        set.add(socket, for: .readable)
        try set.wait(timeout: .milliseconds(20))
        guard wasAsked else { throw Collector.Refusal.anyKeyIsLetIn }
        // Of others the collector says that they come again: what they sent was read here and not kept.
        while let message = try socket.receive() {
            guard message.frames.last != [0] else { throw Collector.Refusal.anyKeyIsLetIn }
            if let peer = message.frames.first { reply(peer, .again) }
        }
    }

    private static func decide(_ request: ZAPRequest, _ runs: [CurveKey: String]) -> ZAPDecision {
        guard request.mechanism == "CURVE", let key = request.curveKey, let run = runs[key] else {
            return .refuse(reason: "unknown key")
        }
        return .admit(userID: run)
    }

    /// Sleeps until something comes or the time is over, and deals with it; `join` adds what else ends the sleep.
    public mutating func step(for time: Duration, beside join: (inout PollSet) -> Void = { _ in }) {
        do { try take(for: time, beside: join) } catch { note("socket", "the collector's socket failed: \(error)") }
    }

    private mutating func take(for time: Duration, beside join: (inout PollSet) -> Void) throws {
        var set = PollSet()
        set.add(handler)
        set.add(socket, for: .readable)
        join(&set)
        try set.wait(timeout: time)
        let runs = runs
        var refused: [String] = []
        _ = try handler.handlePending { request in
            let decision = Self.decide(request, runs)
            if case .refuse = decision { refused.append(request.address) }
            return decision
        }
        for address in refused { note("key \(address)", "refused a peer at \(address): its key is not the run's") }
        var events: [Event] = []
        var peers: [String: [UInt8]] = [:]
        try drain(into: &events, &peers)
        guard !events.isEmpty else { return }
        while events.count < Self.batch, case let rest = committed + Self.pause - .now, rest > .zero {
            var more = PollSet()
            more.add(socket, for: .readable)
            try more.wait(timeout: rest)
            try drain(into: &events, &peers)
        }
        try store(events, peers)
        committed = .now
    }

    private mutating func drain(into events: inout [Event], _ peers: inout [String: [UInt8]]) throws {
        while events.count < Self.batch, let message = try socket.receive() {
            take(message, into: &events, &peers)
        }
    }

    /// Sorts out one message: hellos are answered at once, events wait for the commit.
    private mutating func take(_ message: Message, into events: inout [Event], _ peers: inout [String: [UInt8]]) {
        guard message.frames.count == 2, message.droppedFrames == 0 else {
            if let peer = message.frames.first { refuse(peer, "a message must be one frame", message) }
            return
        }
        let peer = message.frames[0]
        for line in message.frames[1].split(separator: 0x0A) {
            guard let json = try? JSON(parsing: line) else {
                refuse(peer, "a line is not JSON", message)
                return
            }
            if case .hello(let run, let source, _) = WireMessage(json: json) {
                guard run == message.userID else {
                    refuse(peer, "this key belongs to another run", message)
                    return
                }
                guard let have = try? sink.lastSequence(of: source) else { return }
                welcome[source] = peer
                reply(peer, .have(have, credit: Self.credit))
                continue
            }
            guard let event = try? Event(json: json) else {
                refuse(peer, "a line is no event of version \(Event.version)", message)
                return
            }
            guard event.run == message.userID else {
                refuse(peer, "this key belongs to another run", message)
                return
            }
            guard welcome[event.source] == peer else {
                reply(peer, .again)
                return
            }
            events.append(event)
            if event.sequence != nil { peers[event.source] = peer }
        }
    }

    /// Appends until the sink takes it: agents wait and keep their outboxes meanwhile.
    private mutating func store(_ events: [Event], _ peers: [String: [UInt8]]) throws {
        var pause: useconds_t = 50_000
        for attempt in 0..<8 {
            do {
                try sink.append(events)
                break
            } catch {
                note("sink", "the history does not take events, they are kept by the agents: \(error)")
                // Given up, the events are dropped here unacknowledged: their agents say hello and send them again.
                if attempt == 7 {
                    for (source, peer) in peers {
                        welcome[source] = nil
                        reply(peer, .again)
                    }
                    return
                }
                usleep(pause)
                pause *= 2
            }
        }
        noted.remove("sink")
        for (source, peer) in peers { reply(peer, .ack(try sink.lastSequence(of: source))) }
        onEvents(events)
    }

    private func reply(_ peer: [UInt8], _ answer: WireMessage) {
        // A peer that is gone says hello when it comes back.
        _ = try? socket.send([peer, answer.line])
    }

    private mutating func refuse(_ peer: [UInt8], _ reason: String, _ message: Message) {
        let address = message.peerAddress ?? "an unknown address"
        note("\(address) \(reason)", "refused a message from \(address): \(reason)")
        reply(peer, .refused(reason))
    }

    /// Says a thing once.
    private mutating func note(_ key: String, _ text: String) {
        if noted.count < 10_000, noted.insert(key).inserted { onNote(text) }
    }
}
