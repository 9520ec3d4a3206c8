import Foundation
import MusterCollector
import MusterCore
import Testing
import ZeroMQ

/// Keeps facts in memory, and refuses while told to.
private final class MemorySink: EventSink, Sendable {
    private let lock = NSLock()
    // The lock is held around every use.
    nonisolated(unsafe) private var facts: [String: Set<Int64>] = [:]
    nonisolated(unsafe) private var failures = 0

    struct Full: Error {}

    func fail(times: Int) { lock.withLock { failures = times } }

    func append(_ events: [Event]) throws {
        try lock.withLock {
            if failures > 0 {
                failures -= 1
                throw Full()
            }
            for event in events {
                if let sequence = event.sequence { facts[event.source, default: []].insert(sequence) }
            }
        }
    }

    func lastSequence(of source: String) -> Int64 {
        lock.withLock {
            var last: Int64 = 0
            while facts[source]?.contains(last + 1) == true { last += 1 }
            return last
        }
    }
}

private final class Notes: Sendable {
    private let lock = NSLock()
    // The lock is held around every use.
    nonisolated(unsafe) private var lines: [String] = []
    func add(_ line: String) { lock.withLock { lines.append(line) } }
    var all: [String] { lock.withLock { lines } }
}

/// A peer of the collector with keys of its own.
private struct Peer: ~Copyable {
    let context: Context
    let socket: Socket

    init(_ endpoint: Endpoint, keys: CurveKeyPair) throws {
        let context = try Context()
        let server = try #require(CurveKey(z85: endpoint.key))
        let socket = try Socket(context, .dealer, options: [.linger(.zero), .curveClient(keys, server: server)])
        try socket.connect(endpoint.address)
        self.context = context
        self.socket = socket
    }

    func send(_ bytes: [UInt8]) throws { _ = try socket.send([bytes]) }

    /// The next answer within five seconds.
    func answer(within seconds: Double = 5) throws -> WireMessage? {
        let deadline = Date() + seconds
        while Date() < deadline {
            if let message = try socket.receive(), let line = message.frames.last {
                return (try? JSON(parsing: line)).flatMap(WireMessage.init(json:))
            }
            var set = PollSet()
            set.add(socket, for: .readable)
            try set.wait(timeout: .milliseconds(50))
        }
        return nil
    }
}

@Suite struct CollectorTests {
    private let run = "r1"
    private let source = String(repeating: "ab", count: 16)
    private let server: CurveKeyPair
    private let client: CurveKeyPair
    private let notes = Notes()

    init() throws {
        server = try CurveKeyPair.generate()
        client = try CurveKeyPair.generate()
    }

    private func collector(_ sink: MemorySink, epoch: Int64 = 1) throws -> Collector {
        let notes = notes
        return try Collector(
            .init(runs: [client.publicKey: run], keys: server, address: "127.0.0.1", port: nil, epoch: epoch),
            sink: sink, onNote: { notes.add($0) })
    }

    private func fact(_ sequence: Int64, run: String = "r1") -> [UInt8] {
        Event(
            run: run, source: source, sequence: sequence, time: Timestamp(seconds: 1), monotonic: 1,
            body: .agentEnded(reason: "test")
        ).json.bytes + [0x0A]
    }

    @Test func factsAreAcknowledgedAfterTheCommit() throws {
        let sink = MemorySink()
        let collector = try collector(sink)
        defer { collector.stop() }
        let peer = try Peer(collector.endpoint, keys: client)
        try peer.send(WireMessage.hello(run: run, source: source, last: 3).line)
        #expect(try peer.answer() == .have(0, credit: 2000))
        try peer.send(fact(1) + fact(2))
        #expect(try peer.answer() == .ack(2))
        #expect(sink.lastSequence(of: source) == 2)
        try peer.send(fact(2) + fact(3))
        #expect(try peer.answer() == .ack(3))
    }

    @Test func aSinkThatFailsDelaysTheAcknowledgement() throws {
        let sink = MemorySink()
        let collector = try collector(sink)
        defer { collector.stop() }
        let peer = try Peer(collector.endpoint, keys: client)
        try peer.send(WireMessage.hello(run: run, source: source, last: 1).line)
        _ = try peer.answer()
        sink.fail(times: 2)
        try peer.send(fact(1))
        #expect(try peer.answer() == .ack(1))
        #expect(notes.all.contains { $0.contains("does not take events") })
    }

    @Test func aRestartedCollectorAsksForTheHelloAgain() throws {
        let sink = MemorySink()
        let collector = try collector(sink)
        defer { collector.stop() }
        let peer = try Peer(collector.endpoint, keys: client)
        try peer.send(fact(1))
        #expect(try peer.answer() == .again)
    }

    @Test func aStrangersKeyIsRefusedAndNotedOnceWhileOthersGoOn() throws {
        let sink = MemorySink()
        let collector = try collector(sink)
        defer { collector.stop() }
        let stranger = try Peer(collector.endpoint, keys: try CurveKeyPair.generate())
        try stranger.send(WireMessage.hello(run: run, source: source, last: 0).line)
        #expect(try stranger.answer(within: 1) == nil)
        let peer = try Peer(collector.endpoint, keys: client)
        try peer.send(WireMessage.hello(run: run, source: source, last: 0).line)
        #expect(try peer.answer() == .have(0, credit: 2000))
        #expect(notes.all.count { $0.contains("its key is not the run's") } == 1)
    }

    @Test func garbageAndOtherRunsAreRefusedOnce() throws {
        let sink = MemorySink()
        let collector = try collector(sink)
        defer { collector.stop() }
        let peer = try Peer(collector.endpoint, keys: client)
        try peer.send(Array("{{{".utf8))
        #expect(try peer.answer() == .refused("a line is not JSON"))
        try peer.send(WireMessage.hello(run: "other", source: source, last: 0).line)
        #expect(try peer.answer() == .refused("this key belongs to another run"))
        try peer.send(Array("{{{".utf8))
        _ = try peer.answer()
        #expect(notes.all.count { $0.contains("not JSON") } == 1)
    }

    @Test func aHugeMessageEndsItsConnectionAlone() throws {
        let sink = MemorySink()
        let collector = try collector(sink)
        defer { collector.stop() }
        let good = try Peer(collector.endpoint, keys: client)
        try good.send(WireMessage.hello(run: run, source: source, last: 1).line)
        _ = try good.answer()
        let bad = try Peer(collector.endpoint, keys: client)
        try bad.send([UInt8](repeating: 0x20, count: 100 << 20))
        #expect(try bad.answer(within: 1) == nil)
        try good.send(fact(1))
        #expect(try good.answer() == .ack(1))
    }
}
