import Foundation
import GRDB
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// Several openings of one file.
@Suite struct SharingTests {
    @Test func twoWritersAndAReaderAtOnce() async throws {
        let folder = StateFolder()
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...2 {
                group.addTask {
                    let history = try History(folder: path)
                    var teller = Teller(number)
                    for round in 0..<40 {
                        let key = AttemptKey(job: number * 100 + round, generation: 0, element: "7_0", restart: 0)
                        try history.append([
                            teller.tell(.jobStarted(key, node: "n", slot: 0, folder: "/f"), at: 0),
                            teller.tell(.jobEnded(key, Ending(outcome: .succeeded), superseded: false), at: 1),
                        ])
                    }
                }
            }
            group.addTask {
                let history = try History(folder: path)
                for _ in 0..<40 {
                    // A reader never sees half a group: no job that began without having ended.
                    for run in try history.runs() { #expect(run.running == 0) }
                }
            }
            try await group.waitForAll()
        }
        let history = try folder.history()
        #expect(try history.run("r").succeeded == 80)
        #expect(try history.lastSequence(of: FactGenerator.source(1)) == 80)
        #expect(try history.lastSequence(of: FactGenerator.source(2)) == 80)
    }

    /// A connection of its own holds a write transaction: readers go on, openings do not fail, writers wait.
    @Test func aSecondOpeningWhileOneWrites() async throws {
        let folder = StateFolder()
        let history = try folder.history()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let holder = try DatabaseQueue(path: history.path, configuration: configuration)
        try holder.inDatabase { db in
            try db.beginTransaction(.immediate)
            try db.execute(sql: "UPDATE changes SET n = n + 100")
        }
        let second = try folder.history()
        let before = try second.dataVersion()
        let waiting = Task.detached {
            var teller = Teller(1)
            try second.append([teller.tell(.runEnded, at: 0)])
        }
        #expect(try history.runs().isEmpty)
        try await holder.writeWithoutTransaction { try $0.commit() }
        try await waiting.value
        #expect(try history.dataVersion() == before + 101)
    }

    @Test func theVersionRisesForOthersToo() throws {
        let folder = StateFolder()
        let (one, two) = (try folder.history(), try folder.history())
        let before = try two.dataVersion()
        var teller = Teller(1)
        try one.append([teller.tell(.runEnded, at: 0)])
        #expect(try two.dataVersion() > before)
        let after = try two.dataVersion()
        #expect(try two.dataVersion() == after)
    }

    @Test func foreignFilesAreRefusedUntouched() throws {
        let folder = StateFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let path = folder.path + "/history.sqlite"
        try Data(
            "not a database, but longer than a header of one hundred bytes: \(String(repeating: "x", count: 200))".utf8
        )
        .write(to: URL(fileURLWithPath: path))
        #expect(throws: HistoryError.notAHistory(path: path, found: "no SQLite file")) { try folder.history() }

        try FileManager.default.removeItem(atPath: path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE theirs(a)") }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: HistoryError.notAHistory(path: path, found: "an SQLite file of another program")) {
            try folder.history()
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)

        try FileManager.default.removeItem(atPath: path)
        try folder.history().close()
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        #expect(throws: HistoryError.newer(path: path, version: 99, known: 7)) { try folder.history() }
    }

    @Test func aFileOfTheFirstSchemaIsBroughtUp() throws {
        let folder = StateFolder()
        try folder.history().close()
        try DatabaseQueue(path: folder.path + "/history.sqlite").write {
            try $0.execute(sql: Self.asSecond)
            try $0.execute(sql: "ALTER TABLE submissions DROP COLUMN elements; PRAGMA user_version = 1")
        }
        let history = try folder.history()
        var teller = Teller(1)
        try history.registerRun(plan(jobs: 1), jobs: [row(0, scene: "a")], registration())
        try history.append([teller.tell(.submitting(token: "muster.r.g0.a0", elements: 3), at: 1)])
        #expect(try history.state(of: "r").submissions["muster.r.g0.a0"]?.elements == 3)
    }

    /// Takes away what the fourth and the fifth schema added.
    private static let asThird = """
        \(withoutProvenance) DROP TABLE readings;
        DROP VIEW results;
        ALTER TABLE runs DROP COLUMN pruned;
        ALTER TABLE runs DROP COLUMN orders;
        ALTER TABLE jobs DROP COLUMN orders;
        PRAGMA user_version = 3;
        """

    /// Takes away what the third schema added too.
    private static let asSecond =
        asThird + """
            ALTER TABLE jobs DROP COLUMN shared;
            ALTER TABLE attempts DROP COLUMN gpu_errors;
            ALTER TABLE stages DROP COLUMN peak_gpu;
            ALTER TABLE stages DROP COLUMN usage;
            PRAGMA user_version = 2;
            """

    @Test func aFileOfTheSecondSchemaLearnsWhatStagesUsed() throws {
        let folder = StateFolder()
        try folder.history().close()
        try DatabaseQueue(path: folder.path + "/history.sqlite").write { try $0.execute(sql: Self.asSecond) }
        let history = try folder.history()
        let key = AttemptKey(job: 0, generation: 0, element: "7_1", restart: 0)
        var teller = Teller(1)
        let usage = Usage(cpu: 5, gpus: [GPUPeak(id: "g", memory: 6, utilization: 50)])
        try history.registerRun(plan(jobs: 1), jobs: [row(0, scene: "a")], registration())
        try history.append([
            teller.tell(.stageStarted(key, stage: "s", pid: 1), at: 1),
            teller.tell(.gpuError(key, stage: "s", GPUError(gpu: "g", kind: .xid, number: 79)), at: 2),
            teller.tell(
                .stageEnded(key, stage: "s", Ending(outcome: .failed, peakGPU: 6, usage: usage), reused: false), at: 3),
        ])
        let attempt = try #require(try history.jobs(of: "r").first?.attempts.first)
        #expect(attempt.stages.first?.usage == usage && attempt.stages.first?.peakGPU == 6)
        #expect(attempt.gpuErrors.first?["number"] == 79)
    }

    @Test func aFileOfTheThirdSchemaKeepsWhatWasOrdered() throws {
        let folder = StateFolder()
        var teller = Teller(1)
        let first = try folder.history()
        try first.registerRun(plan(jobs: 2), jobs: [row(0, scene: "a"), row(1, scene: "b")], registration())
        try first.append([
            teller.tell(.cancelRequested(jobs: [0]), at: 1), teller.tell(.cancelRequested(jobs: []), at: 2),
            teller.tell(.runEnded, at: 3),
        ])
        try first.close()
        try DatabaseQueue(path: folder.path + "/history.sqlite").write { try $0.execute(sql: Self.asThird) }
        let history = try folder.history()
        #expect(try history.jobs(of: "r").map(\.standing) == [.ended(.cancelled), .ended(.cancelled)])
        #expect(try history.run("r").ended == Timestamp(seconds: 1_800_000_003))
        // What is asked for since counts, and the end is taken back.
        try history.append([teller.tell(.retryRequested(jobs: [0], Ask(generation: 1)), at: 9)])
        #expect(try history.jobs(of: "r").map(\.standing) == [.queued, .ended(.cancelled)])
        #expect(try history.run("r").ended == nil)
        try history.rebuild()
        #expect(try history.jobs(of: "r").map(\.standing) == [.queued, .ended(.cancelled)])
    }

    @Test func aFolderThatCannotBeMade() throws {
        #expect(throws: HistoryError.self) { try History(folder: "/proc/no/such") }
    }
}
