import MusterCore
import ZeroMQ

/// The way to the collector: sends what stands in the outbox and is not acknowledged, and samples.
///
/// Nothing waits for it. Without an endpoint file, or without an answer, facts stay in the outbox and are read from there.
final class Uplink {
    /// How long an answer may take before the endpoint is read again.
    static let patience: Int64 = 5_000_000

    private let context: Context
    private let paths: RunPaths
    private let keys: CurveKeyPair?
    private let outbox: Outbox
    private var socket: SocketBox?
    private var endpoint: Endpoint?
    private var sent: Int64 = 0
    private(set) var acknowledged: Int64 = 0
    private var credit: Int64 = 0
    private var isWelcome = false
    private var isRefused = false
    private var asked: Int64 = 0
    private var nextLook: Int64 = 0
    private var pause: Int64 = 1_000_000

    /// A socket may not be copied, so it is held by reference.
    private final class SocketBox {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    init(paths: RunPaths, outbox: Outbox) throws {
        context = try Context()
        self.paths = paths
        self.outbox = outbox
        let secret = (Disk.text(paths.clientKey) ?? "").split(separator: "\n").first.flatMap {
            CurveSecretKey(z85: String($0))
        }
        keys = try secret.map { try CurveKeyPair(secretKey: $0) }
    }

    /// Adds the socket, if there is one, to what the agent sleeps on.
    func add(to set: inout PollSet) {
        if let socket { set.add(socket.socket, for: .readable) }
    }

    /// True when every fact is durable at the collector, or there is none to tell.
    var isQuiet: Bool { acknowledged >= outbox.last || socket == nil || isRefused }

    /// Reads answers, sends what may be sent, looks for the collector when it is silent.
    func work() {
        guard let keys, !isRefused else { return }
        let now = Machine.monotonic
        if socket != nil { receive() }
        let isOverdue = !isWelcome || acknowledged < sent
        if socket == nil || (isOverdue && now - asked > Self.patience), now >= nextLook {
            look(keys: keys, now: now)
        }
        send()
    }

    private func look(keys: CurveKeyPair, now: Int64) {
        nextLook = now + pause
        pause = min(pause * 2, 30_000_000)
        guard let found = Disk.json(paths.endpoint).flatMap(Endpoint.init(json:)), let key = CurveKey(z85: found.key)
        else { return }
        do {
            if found != endpoint || socket == nil || !isWelcome {
                let made = try Socket(
                    context, .dealer,
                    options: [
                        .linger(.zero), .sendHighWaterMark(64), .receiveHighWaterMark(256),
                        .maximumMessageSize(Int64(WireMessage.maximumSize) * 2),
                        .heartbeatInterval(.seconds(10)), .heartbeatTimeout(.seconds(30)),
                        .reconnectInterval(.milliseconds(200), maximum: .seconds(10)),
                        .curveClient(keys, server: key),
                    ])
                try made.connect(found.address)
                socket = SocketBox(made)
                endpoint = found
            }
            hello(now: now)
        } catch {
            socket = nil
        }
    }

    private func hello(now: Int64) {
        isWelcome = false
        asked = now
        transmit(WireMessage.hello(run: outbox.run, source: outbox.source, last: outbox.last).line)
    }

    @discardableResult
    private func transmit(_ bytes: [UInt8]) -> Bool {
        guard let socket else { return false }
        return (try? socket.socket.send([bytes])) ?? false
    }

    private func receive() {
        while let box = socket, let message = try? box.socket.receive() {
            for line in message.frames.joined().split(separator: 0x0A) {
                guard let json = try? JSON(parsing: line), let answer = WireMessage(json: json) else { continue }
                take(answer)
            }
        }
    }

    private func take(_ answer: WireMessage) {
        asked = Machine.monotonic
        pause = 1_000_000
        switch answer {
        case .have(let sequence, let credit):
            isWelcome = true
            self.credit = max(1, credit)
            acknowledged = min(sequence, outbox.last)
            sent = acknowledged
        case .ack(let sequence): acknowledged = max(acknowledged, min(sequence, outbox.last))
        case .again: hello(now: asked)
        case .refused: isRefused = true
        case .hello: break
        }
    }

    private func send() {
        guard isWelcome else { return }
        while sent < outbox.last, sent - acknowledged < credit,
            let part = outbox.lines(from: sent + 1, limit: WireMessage.maximumSize - 1024)
        {
            guard transmit(part.bytes) else { return }
            if sent == acknowledged { asked = Machine.monotonic }
            sent = part.last
        }
    }

    /// Sends samples, each a line; they are dropped when nobody listens.
    func send(samples: [[UInt8]]) {
        guard isWelcome, !samples.isEmpty else { return }
        var frame: [UInt8] = []
        for sample in samples where frame.count + sample.count < WireMessage.maximumSize - 1 {
            frame += sample
            frame.append(0x0A)
        }
        transmit(frame)
    }
}
