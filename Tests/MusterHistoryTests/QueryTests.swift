import Foundation
import GRDB
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// Choosing runs, and asking in SQL.
@Suite struct QueryTests {
    /// Two runs of other sweeps, a day apart, the first with a job that failed.
    private func filled(_ folder: StateFolder) throws -> History {
        let history = try folder.history()
        let rate = JSON.Member("train.lr", .double(0.1))
        try history.registerRun(
            plan("r", jobs: 2), jobs: [row(0, scene: "a", values: [rate]), row(1, scene: "b")], registration())
        var later = plan("s", jobs: 1)
        later.sweep = "other"
        try history.registerRun(
            later, jobs: [row(0, scene: "c", values: [JSON.Member("mode", "fast")])], registration(at: 86_400))
        var teller = Teller(1)
        let key = AttemptKey(job: 1, generation: 0, element: "7_0", restart: 0)
        let again = AttemptKey(job: 1, generation: 1, element: "8_0", restart: 0)
        try history.append([
            teller.tell(.jobStarted(key, node: "n1", slot: 0, folder: "/f"), at: 1),
            teller.tell(.jobEnded(key, Ending(outcome: .failed, exitCode: 1, duration: 1), superseded: false), at: 2),
            teller.tell(.jobStarted(again, node: "n2", slot: 0, folder: "/g"), at: 3),
            teller.tell(
                .jobEnded(
                    again,
                    Ending(outcome: .oomHost, cause: "too big", duration: 2_500_000, peakRSS: 77), superseded: false),
                at: 4),
        ])
        return history
    }

    private func filter(_ change: (inout RunFilter) -> Void) -> RunFilter {
        var filter = RunFilter()
        change(&filter)
        return filter
    }

    @Test func runsAreChosenByWhatIsKnownOfThem() throws {
        let folder = StateFolder()
        let history = try filled(folder)
        func ids(_ change: (inout RunFilter) -> Void) throws -> [String] { try history.runs(filter(change)).map(\.run) }
        #expect(try ids { _ in } == ["s", "r"])
        #expect(try ids { $0.sweep = "ot*" } == ["s"])
        #expect(try ids { $0.cluster = "l?cal" } == ["s", "r"])
        #expect(try ids { $0.cluster = "there" } == [])
        #expect(try ids { $0.config = "a, \"b\".yaml" } == ["s", "r"])
        #expect(try ids { $0.scene = "c" } == ["s"])
        #expect(try ids { $0.outcome = "oom_host" } == ["r"])
        #expect(try ids { $0.outcome = "failed" } == ["r"])
        #expect(try ids { $0.outcome = "waiting" } == ["s", "r"])
        #expect(try ids { $0.since = Timestamp(seconds: 1_800_000_001) } == ["s"])
        #expect(try ids { $0.until = Timestamp(seconds: 1_800_000_001) } == ["r"])
        #expect(try ids { $0.values = [JSON.Member("lr", .double(0.1))] } == ["r"])
        #expect(try ids { $0.values = [JSON.Member("train.lr", .double(0.1))] } == ["r"])
        #expect(try ids { $0.values = [JSON.Member("lr", .double(0.2))] } == [])
        #expect(try ids { $0.values = [JSON.Member("mode", "fast")] } == ["s"])
        // Together they mean one job.
        #expect(
            try ids {
                $0.scene = "b"
                $0.values = [JSON.Member("lr", .double(0.1))]
            } == [])
    }

    @Test func aQueryReadsTheResultsOfJobs() throws {
        let folder = StateFolder()
        let history = try filled(folder)
        let result = try history.query(
            "SELECT job, outcome, attempts, node, duration_s, cause, peak_rss_bytes, started FROM results WHERE run = 'r' ORDER BY job"
        )
        #expect(
            result.columns == [
                "job", "outcome", "attempts", "node", "duration_s", "cause", "peak_rss_bytes", "started",
            ])
        #expect(
            result.rows == [
                ["a", "waiting", 0, .null, .null, .null, .null, .null],
                ["b", "oom_host", 2, "n2", .double(2.5), "too big", 77, "2027-01-15T08:00:03.000Z"],
            ])
        #expect(result.csv.hasSuffix("\r\nb,oom_host,2,n2,2.5,too big,77,2027-01-15T08:00:03.000Z\r\n"))
        #expect(result.jsonLines.split(separator: "\n").count == 2)
        let rates = try history.query("SELECT scene FROM results WHERE point ->> '$.\"train.lr\"' < 0.2")
        #expect(rates.rows == [["a"]])
        #expect(try history.query("SELECT x'00ff' AS b, 1.5 AS r").rows == [["00ff", .double(1.5)]])
    }

    @Test(arguments: [
        ("DELETE FROM facts", "it would write"), ("", "no statement"), ("SELECT 1; SELECT 2", "more than one"),
        ("SELEC 1", "syntax error"), ("SELECT nowhere FROM runs", "no such column"),
        ("PRAGMA user_version = 9", "would write"),
        ("ATTACH '/tmp/muster-never.sqlite' AS x; SELECT 1", "unable to open"),
    ])
    func aQueryThatIsNoneIsRefused(sql: String, words: String) throws {
        let folder = StateFolder()
        let history = try filled(folder)
        let error = #expect(throws: HistoryError.self) { try history.query(sql) }
        #expect(error?.description.contains(words) == true, "\(error as Any)")
        #expect(try history.run("r").jobCount == 2, "nothing was changed")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/muster-never.sqlite"))
    }

    @Test func parametersAreColumnsOfTheResults() throws {
        let folder = StateFolder()
        let result = try filled(folder).results(of: ["r", "s"])
        #expect(result.columns.suffix(2) == ["train.lr", "mode"])
        #expect(result.rows.map { Array($0.suffix(2)) } == [[.double(0.1), .null], [.null, .null], [.null, "fast"]])
    }

    @Test func anEarlierFormIsBroughtUpToThisOne() throws {
        let folder = StateFolder()
        try filled(folder).close()
        let path = "\(folder.path)/history.sqlite"
        try DatabaseQueue(path: path).write { db in
            try db.execute(
                sql: """
                    \(withoutProvenance) DROP TABLE readings; DROP VIEW results; ALTER TABLE runs DROP COLUMN pruned;
                    ALTER TABLE runs DROP COLUMN orders; ALTER TABLE jobs DROP COLUMN orders; PRAGMA user_version = 3
                    """)
        }
        let history = try folder.history()
        #expect(try history.query("SELECT count(*) FROM results").rows == [[3]])
        #expect(try history.prunable(["r"]).runs.isEmpty)
    }
}
