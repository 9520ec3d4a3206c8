import Foundation
import MusterCore
import Testing
import ZeroMQ

/// A collector for one test: a CURVE router that answers as the protocol says.
struct TestCollector: ~Copyable {
    let zap: ZAPHandler
    let router: Socket
    var facts: [Int64] = []
    var samples = 0
    var hellos = 0
    var mute = false
    /// Answer what comes next as a collector does that was started anew and knows nobody.
    var isNew = false
    /// Answer a hello with this instead.
    var refusal: String?

    init(_ bench: AgentBench) throws {
        let (context, server, client) = (try Context(), try CurveKeyPair.generate(), try CurveKeyPair.generate())
        let zap = try ZAPHandler(context)
        let router = try Socket(context, .router, options: [.curveServer(server.secretKey), .zapDomain("muster")])
        let address = try router.bind("tcp://127.0.0.1:*")
        try bench.put(bench.paths.clientKey, "\(client.secretKey.z85)\n\(client.publicKey.z85)\n")
        let endpoint = JSON.object([
            "address": .string(address), "key": .string(server.publicKey.z85), "epoch": .int(1 as Int64),
        ])
        try bench.put(bench.paths.endpoint, endpoint.line)
        self.zap = zap
        self.router = router
    }

    /// Serves for a moment.
    mutating func step() throws {
        var polls = PollSet()
        polls.add(zap)
        polls.add(router, for: .readable)
        try polls.wait(timeout: .milliseconds(20))
        try zap.handlePending { _ in .admit(userID: "run") }
        while let message = try router.receive() {
            var have: Int64 { facts.max() ?? 0 }
            guard message.frames.count == 2, !mute else { continue }
            let isHello =
                message.frames[1].starts(with: Array(#"{"v":1,"run":"r1","src":"#.utf8))
                && String(
                    decoding: message.frames[1], as: UTF8.self
                ).contains(#""hello""#)
            if isNew, !isHello {
                try answer(message, .object(["v": 1, "again": true]))
                continue
            }
            isNew = false
            #expect(message.frames[1].count <= 65_536)
            for line in message.frames[1].split(separator: UInt8(ascii: "\n")) {
                let json = try JSON(parsing: line)
                if json["hello"] != nil {
                    hellos += 1
                    if let refusal {
                        try answer(message, .object(["v": 1, "refused": .string(refusal)]))
                        continue
                    }
                    try answer(message, .object(["v": 1, "have": JSON.int(have), "credit": 3]))
                } else if let sequence = json["seq"]?.int {
                    facts.append(sequence)
                } else {
                    samples += 1
                }
            }
            if !facts.isEmpty { try answer(message, .object(["v": 1, "ack": JSON.int(have)])) }
        }
    }

    private func answer(_ message: Message, _ json: JSON) throws {
        _ = try router.send([message.frames[0], json.bytes])
    }
}

@Suite struct TellingTests {
    @Test func `every fact reaches the collector once and in order`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "sleep 1.3")
        for name in ["a", "b", "c", "d", "e"] { bench.job(name) }
        try bench.write(blocks: [[0, 1, 2, 3, 4]], slots: 5)
        var collector = try TestCollector(bench)
        let agent = try bench.start()
        let deadline = Date().addingTimeInterval(30)
        while agent.isRunning, Date() < deadline { try collector.step() }
        #expect(!agent.isRunning)
        #expect(collector.hellos == 1)
        #expect(collector.facts == bench.facts.compactMap(\.sequence))
        #expect(collector.samples >= 5)
    }

    @Test func `a collector that comes late gets everything from the outbox`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "while [ ! -e \(bench.root)/go ]; do sleep 0.05; done")
        bench.job("a")
        try bench.write(blocks: [[0]])
        var collector = try TestCollector(bench)
        let endpoint = try #require(bench.text(bench.paths.endpoint))
        try FileManager.default.removeItem(atPath: bench.paths.endpoint)
        let agent = try bench.start()
        #expect(bench.wait(20) { bench.facts.count >= 4 })
        try bench.put(bench.paths.endpoint, endpoint)
        let deadline = Date().addingTimeInterval(30)
        while agent.isRunning, Date() < deadline {
            try collector.step()
            if collector.facts.count >= 4 { try bench.put(bench.root + "/go", "") }
        }
        #expect(!agent.isRunning)
        #expect(collector.facts == bench.facts.compactMap(\.sequence))
    }

    @Test func `a collector that never answers does not keep the work from ending`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "true")
        bench.job("a")
        try bench.write(blocks: [[0]])
        var collector = try TestCollector(bench)
        collector.mute = true
        let agent = try bench.start()
        let deadline = Date().addingTimeInterval(30)
        while agent.isRunning, Date() < deadline { try collector.step() }
        #expect(!agent.isRunning && agent.terminationStatus == 0)
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded])
    }

    @Test func `a collector that was started anew is told everything again`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "while [ ! -e \(bench.root)/go.{scene.name} ]; do sleep 0.05; done")
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]])
        var collector = try TestCollector(bench)
        let agent = try bench.start()
        let deadline = Date().addingTimeInterval(30)
        while collector.facts.count < 4, Date() < deadline { try collector.step() }
        (collector.facts, collector.isNew) = ([], true)
        try bench.put(bench.root + "/go.a", "")
        try bench.put(bench.root + "/go.b", "")
        while agent.isRunning, Date() < deadline { try collector.step() }
        #expect(!agent.isRunning)
        #expect(collector.hellos == 2)
        #expect(collector.facts == bench.facts.compactMap(\.sequence))
    }

    @Test func `a refused agent goes on with its work and tells nothing more`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "sleep 1.2")
        bench.job("a")
        try bench.write(blocks: [[0]])
        var collector = try TestCollector(bench)
        collector.refusal = "another run's key"
        let agent = try bench.start()
        let deadline = Date().addingTimeInterval(30)
        while agent.isRunning, Date() < deadline { try collector.step() }
        #expect(!agent.isRunning && collector.hellos == 1)
        #expect(collector.facts.isEmpty && collector.samples == 0)
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded])
    }
}
