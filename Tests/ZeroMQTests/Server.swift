import Testing
import ZeroMQ

/// A CURVE router with its ZAP handler and monitor, all driven by the test's own thread.
final class Server {
    let context: Context
    let keys: CurveKeyPair
    var endpoint: String
    var admitted: [CurveKey: String]
    var refusal = ZAPDecision.refuse(reason: "unknown key")
    var requests: [ZAPRequest] = []
    var messages: [Message] = []
    var events: [MonitorEvent] = []

    private let zap: ZAPHandler
    private let router: Socket
    private var monitor: SocketMonitor
    private var set = PollSet()

    init(
        admitting admitted: [CurveKey: String], keys: CurveKeyPair? = nil, endpoint: String = "tcp://127.0.0.1:*",
        handshakeInterval: Duration = .seconds(5)
    ) throws {
        let keys = try keys ?? CurveKeyPair.generate()
        let context = try Context()
        let zap = try ZAPHandler(context)
        let router = try Socket(
            context, .router,
            options: [
                .curveServer(keys.secretKey), .zapDomain("test"), .routerMandatory(true),
                .maximumMessageSize(1 << 20), .handshakeInterval(handshakeInterval), .receiveHighWaterMark(100),
            ])
        let monitor = try router.monitor()
        set.add(zap)
        set.add(router, for: .readable)
        set.add(monitor)
        // The port of a server that was taken down may stay busy for a moment.
        self.endpoint = try bindAgain(router, endpoint)
        self.context = context
        self.keys = keys
        self.admitted = admitted
        self.zap = zap
        self.router = router
        self.monitor = monitor
    }

    /// Serves until `condition` holds; fails the test after ten seconds.
    func serve(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, until condition: () throws -> Bool)
        throws
    {
        let end = ContinuousClock.now + .seconds(10)
        while try !condition() {
            guard ContinuousClock.now < end else {
                Issue.record(
                    "no \(what) after 10 s; requests \(requests), events \(events), messages \(messages.count)",
                    sourceLocation: sourceLocation)
                throw TimedOut(what: what)
            }
            // Short, because the condition may look at a client that is not in the set.
            try set.wait(timeout: .milliseconds(20))
            try zap.handlePending { request in
                requests.append(request)
                guard let key = request.curveKey, let user = admitted[key] else {
                    return refusal
                }
                return .admit(userID: user)
            }
            while let message = try router.receive() { messages.append(message) }
            while let event = try monitor.next() { events.append(event) }
        }
    }

    func reply(to message: Message, _ text: String) throws -> Bool {
        try router.send([message.frames[0], Array(text.utf8)])
    }

    func dealer(_ own: CurveKeyPair, server: CurveKey? = nil, in other: Context? = nil) throws -> Socket {
        let dealer = try Socket(
            other ?? context, .dealer,
            options: [
                .curveClient(own, server: server ?? keys.publicKey),
                .reconnectInterval(.milliseconds(20), maximum: .milliseconds(100)),
            ])
        try dealer.connect(endpoint)
        return dealer
    }

    /// The texts received from `user`, in order.
    func texts(from user: String) -> [String] {
        messages.filter { $0.userID == user }.map { String(decoding: $0.frames.last ?? [], as: UTF8.self) }
    }
}

struct TimedOut: Error {
    let what: String
}

private func bindAgain(_ socket: borrowing Socket, _ endpoint: String) throws -> String {
    let end = ContinuousClock.now + .seconds(10)
    while true {
        do {
            return try socket.bind(endpoint)
        } catch {
            guard error.isAddressInUse, ContinuousClock.now < end else { throw error }
            var nothing = PollSet()
            try nothing.wait(timeout: .milliseconds(10))
        }
    }
}
