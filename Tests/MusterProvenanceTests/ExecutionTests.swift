import MusterCore
import MusterProvenance
import Testing

/// A ledger in memory whose parts can be told to fail.
private final class Memory: ExecutionLedger {
    struct Full: Error {}
    var kept: [ExecutionMove] = [], told: [ExecutionStatus] = []
    var isFull = false
    var elsewhere: ExecutionStatus?

    func keep(_ move: ExecutionMove) throws {
        if isFull { throw Full() }
        kept.append(move)
        elsewhere = nil
    }
    func tell(_ move: ExecutionMove) { told.append(move.status) }
    func status() -> ExecutionStatus? { elsewhere ?? kept.last?.status }
}

@Suite struct ExecutionTests {
    private struct Boom: Error, CustomStringConvertible { var description: String { "boom" } }

    private func make(_ memory: Memory, at status: ExecutionStatus = .created) -> Execution {
        var clock: Int64 = 0
        return Execution(
            id: "e", status: status, ledger: memory, now: { Timestamp(seconds: 5) },
            monotonic: {
                clock += 1_000_000
                return clock
            })
    }

    @Test func codeThatReturnsIsStopped() throws {
        let memory = Memory()
        let execution = make(memory)
        let value = try execution.run { running in
            #expect(running.status == .running)
            return 7
        }
        #expect(
            value == 7 && memory.kept.map(\.status) == [.running, .stopped] && memory.told == [.running, .stopped])
        #expect(memory.kept[0].started != nil && memory.kept[1].duration == 1_000_000)
    }

    @Test func codeThatThrowsIsFailedAndItsErrorIsThrownOn() async throws {
        let memory = Memory()
        #expect(throws: Boom.self) { try make(memory).run { _ in throw Boom() } }
        #expect(memory.kept.last?.status == .failed && memory.kept.last?.error == "Boom: boom")
        #expect(memory.kept.last?.duration != nil, "also of what failed")
        let other = Memory()
        await #expect(throws: Boom.self) {
            try await make(other).run { _ in
                await Task.yield()
                throw Boom()
            }
        }
        #expect(other.kept.map(\.status) == [.running, .failed])
    }

    @Test func theErrorOfTheCodeCountsWhenTheRecordCanNotBeWrittenEither() {
        let memory = Memory()
        #expect(throws: Boom.self) {
            try make(memory).run { _ in
                memory.isFull = true
                throw Boom()
            }
        }
        #expect(memory.kept.map(\.status) == [.running])
    }

    @Test func aStatusThatWasMovedOnMeanwhileIsAccepted() throws {
        let memory = Memory()
        let execution = make(memory)
        try execution.run { try $0.move(to: .pendingUpload) }
        #expect(memory.kept.map(\.status) == [.running, .pendingUpload])
        let aborted = Memory()
        try make(aborted).run { _ in aborted.elsewhere = .aborted }
        #expect(aborted.kept.map(\.status) == [.running])
    }

    @Test func whatIsNotAllowedOrNotKeptIsNotMade() throws {
        let memory = Memory()
        let execution = make(memory)
        #expect(throws: MoveRefused(from: .created, to: .uploaded)) { try execution.move(to: .uploaded) }
        memory.isFull = true
        #expect(throws: Memory.Full.self) { try execution.move(to: .running) }
        #expect(execution.status == .created && memory.told.isEmpty)
        #expect(throws: Memory.Full.self) { try execution.run { _ in Issue.record("must not run") } }
    }

    @Test func progressIsNoStatus() throws {
        let memory = Memory()
        let execution = make(memory)
        var heard: [String?] = []
        execution.onProgress = { heard.append($0) }
        try execution.run { running in
            running.progress = "half"
            #expect(throws: MoveRefused.self) { try running.move(to: .running) }
        }
        #expect(heard == ["half"] && memory.kept.count == 2)
    }
}

@Suite struct LineageTests {
    /// scene -> J1 -> table -> P -> figure; scene -> J2 -> other; P also changes `log` in place.
    private let edges: [Lineage.Edge] = [
        .init(execution: "J1", asset: "scene", role: .input, path: "/s"),
        .init(execution: "J1", asset: "table", role: .output, path: "/o/table.csv"),
        .init(execution: "J2", asset: "scene", role: .input, path: "/s"),
        .init(execution: "J2", asset: "other", role: .output, path: "/o/other"),
        .init(execution: "P", asset: "table", role: .input, path: "/t"),
        .init(execution: "P", asset: "figure", role: .output, path: "/f\"ig"),
        .init(execution: "P", asset: "log", role: .input, path: "/log"),
        .init(execution: "P", asset: "log", role: .output, path: "/log"),
    ]

    private func walk(_ start: Lineage.Node, _ direction: Lineage.Direction) -> Lineage {
        Lineage.walk(from: start, direction) { node in
            edges.filter { node == .asset($0.asset) || node == .execution($0.execution) }
        }
    }

    @Test func backFromAFigureStandsTheSceneAndNothingBeside() {
        let back = walk(.asset("figure"), .back)
        #expect(
            Set(back.reached.map(\.node)) == [
                .asset("figure"), .execution("P"), .asset("table"), .asset("log"), .execution("J1"), .asset("scene"),
            ])
        #expect(back.reached.first { $0.node == .asset("scene") }?.depth == -4)
    }

    @Test func forthFromAnInputStandsEveryResult() {
        let forth = walk(.asset("scene"), .forth)
        #expect(
            Set(forth.reached.map(\.node)) == [
                .asset("scene"), .execution("J1"), .execution("J2"), .asset("table"), .asset("other"), .execution("P"),
                .asset("figure"), .asset("log"),
            ])
    }

    @Test func bothWaysFromTheMiddleAndCirclesEnd() {
        let both = walk(.execution("P"), .both)
        #expect(both.reached.count == 6 && !both.reached.contains { $0.node == .execution("J2") })
        let dot = both.dot { "label of \($0)" }
        #expect(
            dot.contains(#""table" -> "P";"#) && dot.contains(#""P" -> "figure";"#) && dot.contains(#"/f\"#) == false)
        #expect(dot.contains(#"label="f\"ig figure""#), "names are quoted: \(dot)")
    }
}

@Suite struct EntityTests {
    private func event(_ fact: ProvenanceFact, _ second: Int64, _ source: Character = "a", _ number: Int64 = 1) -> Event
    {
        Event(
            run: "", source: String(repeating: source, count: 32), sequence: number, time: Timestamp(seconds: second),
            monotonic: 0, body: fact.body)
    }

    @Test func factsGoThroughTheirLines() throws {
        var move = ExecutionMove(id: "E", status: .failed)
        (move.error, move.exit, move.duration, move.ended) = ("X: y", 3, 5, Timestamp(seconds: 9))
        let source = WorkflowSource(url: "u", checksum: "c", version: "1", isNotebook: true, commit: "k")
        let facts: [ProvenanceFact] = [
            .workflowRegistered(WorkflowEntry(name: "n", type: "Script", source: source)),
            .workflowChanged(id: "W", description: nil, type: "Figure"), .termAdded(name: "Mine", description: "m"),
            .executionCreated(
                ExecutionEntry(
                    id: "E", workflow: "W", argv: ["a", "b"], folder: "/", host: "h", user: "u", parent: "P",
                    sequence: 2)),
            .executionMoved(move), .executionDescribed(id: "R/j", "text"),
            .assetsUsed(
                execution: "E", .output, [AssetUse(sha256: "s", size: 4, path: "/p", metadata: [.init("k", 1)])]),
        ]
        for fact in facts {
            let line = event(fact, 1).json.line
            let back = try Event(line: Array(line.utf8))
            #expect(ProvenanceFact(back.body) == fact)
            #expect(back.json.line == line)
        }
        #expect(
            ProvenanceFact(
                .provenance(kind: "execution.moved", fields: [.init("execution", "E"), .init("status", "Odd")])) == nil)
        #expect(ProvenanceFact(.runEnded) == nil)
    }

    @Test func theFoldIsTheSameInAnyOrder() throws {
        func registered(_ url: String) -> ProvenanceFact {
            .workflowRegistered(
                WorkflowEntry(name: url, type: "Script", source: WorkflowSource(url: url, checksum: "c")))
        }
        let events = [
            event(registered("first"), 1), event(registered("second"), 2, "b"),
            event(.workflowChanged(id: "W", description: "old", type: "Figure"), 3, "a", 2),
            event(.workflowChanged(id: "W", description: "new", type: nil), 4, "b", 2),
            event(.workflowChanged(id: "W", description: "same time, other source", type: nil), 4, "a", 3),
        ]
        var states: Set<String> = []
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            var state = EntityState()
            for event in (events + events).shuffled(using: &random) {
                if let fact = ProvenanceFact(event.body) { state.apply(fact, of: event) }
                state = EntityState(json: state.json)
            }
            states.insert(state.json.line)
            let workflow = try #require(state.workflow)
            #expect(workflow.source.url == "first", "the same code keeps its old address")
            #expect(workflow.description == "new" && workflow.type == "Figure")
        }
        #expect(states.count == 1)
    }

    @Test func equalCodeHasOneIdAndChangedCodeAnother() {
        let one = WorkflowSource(url: "a", checksum: "c"), two = WorkflowSource(url: "b", checksum: "c")
        #expect(WorkflowEntry.id(of: one.key) == WorkflowEntry.id(of: two.key))
        #expect(WorkflowEntry.id(of: WorkflowSource(url: "a", checksum: "d").key) != WorkflowEntry.id(of: one.key))
        #expect(WorkflowSource(url: "a", checksum: "").key == "a" && WorkflowSource(url: "a").key == "a")
    }

    @Test func typesAreFoundWhateverTheirCase() {
        #expect(
            WorkflowTypes.find("figure", added: []) == "Figure" && WorkflowTypes.find("mine", added: ["Mine"]) == "Mine"
        )
        #expect(WorkflowTypes.find("other", added: ["Mine"]) == nil)
    }
}
