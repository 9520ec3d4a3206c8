import Foundation
import MusterCollector
import MusterCore
import MusterHistory
import ZeroMQ

/// How many facts a second become durable that 64 agents tell over encrypted connections.
struct FactFigures {
    private static let run = "bench-20260101-000000-0001"
    private static let agents = 64

    static func measure(_ session: inout Session) throws {
        let scratch = try Scratch()
        let jobs = 20_000
        let own = try collect(jobs, scratch)
        let program = "\(scratch.folder)/facts"
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peers/facts.c").path
        guard (try? Program(["cc", "-O2", "-o", program, source, "-lsqlite3"]).run()) != nil else {
            return session.skip("facts beside C", "cc and libsqlite3-dev are wanted")
        }
        let words = [program, "\(scratch.folder)/peer.sqlite", "\(jobs)", "2000"]
        let text = String(decoding: try Program(words).run().output, as: UTF8.self)
        guard let peer = Double(text.split(separator: "\n").first ?? "") else { return }
        session.take(
            Figure(
                id: "facts.64", what: "facts of 64 agents a second, durable, CURVE", value: own, unit: "/s",
                peer: ("C and SQLite", peer), goal: .atLeast(0.7)))
    }

    /// Facts a second from the first message to the last acknowledgement.
    private static func collect(_ jobs: Int, _ scratch: Scratch) throws -> Double {
        let history = try History(folder: "\(scratch.folder)/facts-state")
        let (client, server) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        let collector = try Collector(
            .init(runs: [client.publicKey: run], keys: server, address: "127.0.0.1", port: nil, epoch: 1),
            sink: history,
            onEvents: { _ in }, onNote: { print("collector: \($0)") })
        defer { collector.stop() }
        guard let key = CurveKey(z85: collector.endpoint.key) else { return 0 }
        let context = try Context()
        let talks = try (0..<agents).map { try Talk($0, jobs: jobs, run, context, collector.endpoint, client, key) }
        let begin = ContinuousClock.now
        var open = talks
        while !open.isEmpty {
            var polls = PollSet()
            for talk in open { polls.add(talk.socket, for: .readable) }
            try polls.wait(timeout: .milliseconds(100))
            for talk in open { try talk.step() }
            open.removeAll(where: \.isDone)
        }
        return Double(talks.reduce(0) { $0 + $1.facts }) / (ContinuousClock.now - begin).seconds
    }

    /// One agent's side of the conversation, with all its messages made before.
    private final class Talk {
        let socket: Socket
        let facts: Int
        private var messages: [(last: Int64, bytes: [UInt8])] = []
        private var sent = 0, acknowledged: Int64 = 0, isKnown = false

        var isDone: Bool { acknowledged >= Int64(facts) }

        init(
            _ number: Int, jobs: Int, _ run: String, _ context: Context, _ endpoint: Endpoint, _ keys: CurveKeyPair,
            _ server: CurveKey
        ) throws {
            let source = String(format: "%032x", number + 1)
            var (bytes, sequence) = ([UInt8](), Int64(0))
            for job in stride(from: number, to: jobs, by: FactFigures.agents) {
                let key = AttemptKey(job: job, generation: 0, element: "local-\(number)", restart: 0)
                let ending = Ending(outcome: .succeeded, exitCode: 0, duration: 1_000_000, peakRSS: 1 << 20)
                let bodies: [EventBody] = [
                    .jobStarted(
                        key, node: "node1", slot: 0,
                        folder: "/scratch/bench/results/a-\(job)/.s.attempt.\(run).0.0"),
                    .stageStarted(key, stage: "run", pid: 4711), .stageEnded(key, stage: "run", ending, reused: false),
                    .assetMade(
                        key, stage: "run",
                        MadeAsset(path: "out.csv", size: 4096)),
                    .jobEnded(key, ending, superseded: false),
                ]
                for body in bodies {
                    sequence += 1
                    let time = Timestamp(microseconds: 1_767_225_600_000_000 + sequence)
                    let event = Event(
                        run: run, source: source, sequence: sequence, time: time, monotonic: sequence, body: body)
                    bytes += event.json.bytes + [UInt8(ascii: "\n")]
                }
                if bytes.count > 60_000 {
                    messages.append((sequence, bytes))
                    bytes = []
                }
            }
            if !bytes.isEmpty { messages.append((sequence, bytes)) }
            facts = Int(sequence)
            socket = try Socket(context, .dealer, options: [.linger(.zero), .curveClient(keys, server: server)])
            try socket.connect(endpoint.address)
            let hello = WireMessage.hello(run: run, source: source, last: sequence).line
            _ = try socket.send([hello + [UInt8(ascii: "\n")]])
        }

        /// Takes answers in, and sends what four messages in flight leave room for.
        func step() throws {
            while let message = try socket.receive() {
                for line in message.frames.last?.split(separator: UInt8(ascii: "\n")) ?? [] {
                    switch (try? JSON(parsing: line)).flatMap(WireMessage.init(json:)) {
                    case .have(let have, _): (isKnown, acknowledged) = (true, have)
                    case .ack(let last): acknowledged = last
                    default: break
                    }
                }
            }
            while isKnown, sent < messages.count, messages[..<sent].count(where: { $0.last > acknowledged }) < 4 {
                _ = try socket.send([messages[sent].bytes])
                sent += 1
            }
        }
    }
}
