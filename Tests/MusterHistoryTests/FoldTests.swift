import GRDB
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// The tables say what the core's fold says, however the facts came.
@Suite struct FoldTests {
    private func model(_ facts: [Event]) -> RunState {
        var state = RunState()
        for fact in facts { state.apply(fact) }
        return state
    }

    private func check(_ history: History, against facts: [Event]) throws {
        let state = model(facts)
        let jobs = try history.jobs(of: "r").filter { $0.id.hasPrefix("#") }
        #expect(Set(jobs.map(\.index)) == Set(state.jobs.keys))
        for job in jobs {
            let expected = try #require(state.jobs[job.index])
            #expect(job.standing == state.standing(of: job.index))
            #expect(job.attempts.map(\.key) == expected.attempts.map(\.key))
            #expect(job.attempts.map(\.ending) == expected.attempts.map(\.ending))
            #expect(job.attempts.map { $0.stages.map(\.name) } == expected.attempts.map { $0.stages.map(\.name) })
        }
        #expect(try history.schedulerCalls(of: "r") == state.callCounts)
    }

    /// All rows of all projections as text.
    private func dump(_ history: History) throws -> [String] {
        let queue = try DatabaseQueue(path: history.path)
        return try queue.read { db in
            try ["runs", "jobs", "attempts", "stages", "elements", "submissions", "calls"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }

    @Test(arguments: UInt64(1)...12) func shuffledDoubledAndCut(seed: UInt64) throws {
        let folder = StateFolder()
        let history = try folder.history()
        var generator = FactGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        let facts = generator.facts(80)
        var stream = (facts + facts).shuffled(using: &random)
        while !stream.isEmpty {
            let size = min(stream.count, Int.random(in: 1...25, using: &random))
            try history.append(Array(stream[..<size]))
            stream.removeFirst(size)
        }
        try check(history, against: facts)
        for number in 1...3 {
            let source = FactGenerator.source(number)
            #expect(try history.lastSequence(of: source) == Int64(facts.count { $0.source == source }))
        }
    }

    /// The scheduler gave the element up, and its agent's words come days later.
    @Test func aSuccessThatArrivesBehindLostCounts() throws {
        let key = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
        var agent = Teller(1)
        var client = Teller(2)
        let started = agent.tell(.jobStarted(key, node: "n", slot: 0, folder: "/f"), at: 1)
        let succeeded = agent.tell(.jobEnded(key, Ending(outcome: .succeeded), superseded: false), at: 2)
        let word = client.tell(
            .scheduler(element: "7_0", restart: 0, state: "NODE_FAIL", exit: "", ended: true), at: 90)
        let folder = StateFolder()
        let history = try folder.history()
        try history.append([started, word])
        #expect(try history.jobs(of: "r").map(\.standing) == [.ended(.nodeFailed)])
        try history.append([succeeded, started])
        let late = try history.report(of: "r")
        #expect(try history.jobs(of: "r").map(\.standing) == [.ended(.succeeded)])
        for order in [[word, started, succeeded], [succeeded, word, started], [started, succeeded, word]] {
            let other = StateFolder()
            for event in order { try other.history().append([event]) }
            #expect(try other.history().report(of: "r") == late)
        }
    }

    @Test(arguments: UInt64(1)...6) func rebuildingGivesTheSameTables(seed: UInt64) throws {
        let folder = StateFolder()
        let history = try folder.history()
        try history.registerRun(plan(jobs: 2), jobs: [row(0, scene: "a"), row(1, scene: "b")], registration())
        var generator = FactGenerator(seed: seed)
        for _ in 0..<6 { try history.append(generator.facts(20)) }
        let before = try dump(history)
        #expect(before.count > 20)
        let result = try history.rebuild()
        #expect(result == (120, 0))
        #expect(try dump(history) == before)
    }

    @Test func aGapHoldsTheAcknowledgementBack() throws {
        let folder = StateFolder()
        let history = try folder.history()
        var teller = Teller(1)
        let facts = (0..<5).map { teller.tell(.agentEnded(reason: "\($0)"), at: 0) }
        #expect(try history.lastSequence(of: teller.source) == 0)
        try history.append([facts[1], facts[4]])
        #expect(try history.lastSequence(of: teller.source) == 0)
        try history.append([facts[0]])
        #expect(try history.lastSequence(of: teller.source) == 2)
        try history.append([facts[2], facts[3]])
        #expect(try history.lastSequence(of: teller.source) == 5)
    }

    @Test func unknownKindsAreKeptAsTheyCame() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let line =
            #"{"v":1,"run":"r","src":"\#(FactGenerator.source(1))","seq":1,"t":5,"m":6,"kind":"later","x":[1,{"y":null}]}"#
        try history.append([try Event(line: line.utf8)])
        let queue = try DatabaseQueue(path: history.path)
        let stored = try queue.read { try Row.fetchOne($0, sql: "SELECT kind, line FROM facts") }
        #expect(stored?["kind"] == "later")
        #expect(stored?["line"] == line)
    }

    /// A group either is there as a whole or not at all: the last fact of this one can't be stored.
    @Test func aGroupThatFailsLeavesNothing() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let breaker = try DatabaseQueue(path: history.path)
        try breaker.write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON facts WHEN NEW.seq = 3
                    BEGIN SELECT RAISE(ABORT, 'no space'); END
                    """)
        }
        var teller = Teller(1)
        let key = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
        let facts = [
            teller.tell(.jobStarted(key, node: "n", slot: 0, folder: "/f"), at: 0),
            teller.tell(.jobEnded(key, Ending(outcome: .failed), superseded: false), at: 1),
            teller.tell(.runEnded, at: 2),
        ]
        #expect(throws: (any Error).self) { try history.append(facts) }
        #expect(try history.runs().isEmpty)
        #expect(try history.lastSequence(of: teller.source) == 0)
        try breaker.write { try $0.execute(sql: "DROP TRIGGER full") }
        try history.append(facts)
        #expect(try history.jobs(of: "r").map(\.standing) == [.ended(.failed)])
    }
}
