import Foundation
import GRDB
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// Histories of several machines, and giving room back.
@Suite struct MergeTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func factsOfTwoMachinesFoldToOneHistoryWhateverTheOrder(seed: UInt64) throws {
        var generator = FactGenerator(seed: seed)
        let facts = generator.facts(400)
        let jobs = [row(0, scene: "a"), row(1, scene: "b"), row(2, scene: "c")]
        let (whole, left, right) = (StateFolder(), StateFolder(), StateFolder())
        let expected = try whole.history()
        try expected.registerRun(plan(jobs: 3), jobs: jobs, registration())
        try expected.append(facts)
        // One machine has the plan and two of three facts, the other two of three facts alone.
        let first = try left.history()
        try first.registerRun(plan(jobs: 3), jobs: jobs, registration())
        try first.append(facts.enumerated().filter { $0.offset % 3 != 0 }.map(\.element))
        let second = try right.history()
        try second.append(facts.enumerated().filter { $0.offset % 3 != 1 }.map(\.element))
        let tally = try second.merge(left.path)
        #expect(tally.facts > 0 && tally.known > 0 && tally.newRuns.isEmpty, "\(tally)")
        #expect(try second.report(of: "r") == expected.report(of: "r"))
        #expect(try second.run("r").folder == "/runs/r", "the plan came along")
        let back = try first.merge("\(right.path)/history.sqlite")
        #expect(try first.report(of: "r") == expected.report(of: "r"))
        #expect(back.facts + tally.facts > 0)
        let again = try first.merge(right.path)
        #expect(again.facts == 0 && again.grown.isEmpty, "\(again)")
        _ = try second.rebuild()
        #expect(try second.report(of: "r") == expected.report(of: "r"))
    }

    @Test func anEarlierFormIsReadAndNotChanged() throws {
        let (old, new) = (StateFolder(), StateFolder())
        let other = try old.history()
        try other.registerRun(plan(jobs: 1), jobs: [row(0, scene: "a")], registration())
        try other.close()
        try DatabaseQueue(path: "\(old.path)/history.sqlite").write { db in
            try db.execute(
                sql: """
                    \(withoutProvenance) DROP TABLE readings; DROP VIEW results; ALTER TABLE runs DROP COLUMN pruned;
                    ALTER TABLE runs DROP COLUMN orders; ALTER TABLE jobs DROP COLUMN orders; PRAGMA user_version = 3
                    """)
        }
        #expect(try new.history().merge(old.path).newRuns == ["r"])
        let version = try DatabaseQueue(path: "\(old.path)/history.sqlite").read {
            try Int.fetchOne($0, sql: "PRAGMA user_version")
        }
        #expect(version == 3)
    }

    @Test func linesOfAJournalAreTakenInAndTornOnesCounted() throws {
        let folder = StateFolder()
        var teller = Teller(1)
        let key = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
        let lines = [
            teller.tell(.jobStarted(key, node: "n", slot: 0, folder: "/f"), at: 0),
            teller.tell(.jobEnded(key, Ending(outcome: .succeeded), superseded: false), at: 1),
        ].map { Array($0.json.line.utf8) }
        let history = try folder.history()
        let tally = try history.merge(lines: lines + [Array("{\"v\":1,\"ki".utf8)])
        #expect(
            tally
                == { () -> ImportTally in
                    var tally = ImportTally()
                    (tally.newRuns, tally.facts, tally.unreadable) = (["r"], 2, 1)
                    return tally
                }())
        #expect(try history.merge(lines: lines).known == 2)
        #expect(try history.run("r").succeeded == 1)
    }

    @Test func whatIsNoHistoryIsNotTakenIn() throws {
        let folder = StateFolder()
        let history = try folder.history()
        #expect(throws: HistoryError.self) { try history.merge("/nowhere") }
        let text = "\(folder.path)/text.sqlite"
        try Data("no database at all, whatever the name says".utf8).write(to: URL(filePath: text))
        #expect(throws: HistoryError.self) { try history.merge(text) }
        let foreign = "\(folder.path)/foreign.sqlite"
        try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE t(a)") }
        #expect(throws: HistoryError.self) { try history.merge(foreign) }
    }

    @Test func pruningKeepsWhatWasMadeOfTheFacts() throws {
        let folder = StateFolder()
        let history = try folder.history()
        for run in ["r", "open"] {
            try history.registerRun(plan(run, jobs: 1), jobs: [row(0, scene: "a")], registration())
        }
        var teller = Teller(1)
        let key = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
        try history.append([
            teller.tell(.jobStarted(key, node: "n", slot: 0, folder: "/f"), at: 0),
            teller.tell(.stageStarted(key, stage: "s", pid: 1), at: 0),
            teller.tell(.jobEnded(key, Ending(outcome: .succeeded), superseded: false), at: 1),
            teller.tell(.runEnded, at: 2),
        ])
        let before = try history.report(of: "r")
        let tally = try history.prune(["r", "open"])
        #expect(tally.runs == ["r"] && tally.facts == 4 && tally.bytes > 0, "one that has not ended is left alone")
        #expect(try history.report(of: "r") == before)
        _ = try history.rebuild()
        #expect(try history.report(of: "r") == before, "a rebuild leaves it")
        #expect(try history.query("SELECT count(*) FROM facts").rows == [[0]])
        #expect(try history.prune(["r"]).runs.isEmpty)
        let other = StateFolder()
        #expect(try other.history().merge(folder.path).newRuns.sorted() == ["open", "r"])
        #expect(try other.history().report(of: "r") == before, "and it travels")
    }
}
