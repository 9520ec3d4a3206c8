import GRDB
import MusterCore

extension History {
    /// All runs, the latest first.
    public func runs() throws -> [RunSummary] {
        try writer.read { db in
            try String.fetchAll(db, sql: "SELECT run FROM runs ORDER BY coalesce(created, first) DESC, run DESC")
                .compactMap { try Self.summary(of: $0, db) }
        }
    }

    /// The run with this id, or the only one whose id begins so; `last` is the latest.
    ///
    /// Throws `HistoryError.noSuchRun` or `.ambiguousRun`.
    public func run(_ name: String) throws -> RunSummary {
        try writer.read { db in
            let id = try Self.resolve(name, db)
            guard let summary = try Self.summary(of: id, db) else { throw HistoryError.noSuchRun(name) }
            return summary
        }
    }

    private static func resolve(_ name: String, _ db: Database) throws -> String {
        if try Bool.fetchOne(db, sql: "SELECT 1 FROM runs WHERE run = ?", arguments: [name]) == true { return name }
        if name == "last" {
            let latest = "SELECT run FROM runs ORDER BY coalesce(created, first) DESC, run DESC LIMIT 1"
            guard let run = try String.fetchOne(db, sql: latest) else { throw HistoryError.noSuchRun(name) }
            return run
        }
        let candidates = try String.fetchAll(
            db, sql: "SELECT run FROM runs WHERE substr(run, 1, length(?1)) = ?1 ORDER BY run LIMIT 6",
            arguments: [name])
        guard let first = candidates.first, !name.isEmpty else { throw HistoryError.noSuchRun(name) }
        guard candidates.count == 1 else { throw HistoryError.ambiguousRun(name, candidates: candidates) }
        return first
    }

    static func summary(of run: String, _ db: Database) throws -> RunSummary? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE run = ?", arguments: [run]) else {
            return nil
        }
        let rest = try standing(of: run, isCancelled: row["cancelled"], db)
        var counts: [Standing: Int] = [:]
        let groups = "SELECT outcome, count(*) AS n FROM jobs WHERE run = ? AND NOT shared GROUP BY outcome"
        for group in try Row.fetchAll(db, sql: groups, arguments: [run]) {
            let standing = (group["outcome"] as String?).flatMap(Standing.init) ?? rest
            counts[standing, default: 0] += group["n"] as Int
        }
        return RunSummary(
            run: run, sweep: row["sweep"], cluster: row["cluster"], folder: row["folder"],
            configPath: row["config_path"], way: row["way"], home: row["home"], outputRoot: row["output_root"],
            fingerprint: row["fingerprint"], started: Column.time(row["created"] ?? row["first"]),
            ended: Column.time(row["ended"]), isCancelled: row["cancelled"], standing: rest, counts: counts,
            details: try JSON(parsing: row["details"] as String))
    }

    /// Where jobs stand of which nothing was told: from the run's submissions.
    static func standing(of run: String, isCancelled: Bool, _ db: Database) throws -> Standing {
        if isCancelled { return .ended(.cancelled) }
        let known = "SELECT max(scheduler_id IS NOT NULL) FROM submissions WHERE run = ?"
        guard let isKnown = try Bool.fetchOne(db, sql: known, arguments: [run]) else { return .planned }
        return isKnown ? .queued : .submitted
    }

    /// The latest generation of a run's attempts: how often jobs were handed out anew; 0 where none was.
    public func lastGeneration(of run: String) throws -> Int {
        try writer.read { db in
            try Int.fetchOne(db, sql: "SELECT max(generation) FROM attempts WHERE run = ?", arguments: [run]) ?? 0
        }
    }

    /// How often each scheduler program was started for a run.
    public func schedulerCalls(of run: String) throws -> [String: Int64] {
        try writer.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT command, n FROM calls WHERE run = ?", arguments: [run])
            return Dictionary(rows.map { ($0["command"], $0["n"]) }, uniquingKeysWith: +)
        }
    }

    /// The latest readings of the attempts of `run` that have not ended.
    public func liveSamples(of run: String) throws -> [LiveSample] {
        try writer.read { db in
            let sql = """
                SELECT s.* FROM samples s LEFT JOIN attempts a USING (run, job, generation, element, restart)
                LEFT JOIN stages g USING (run, job, generation, element, restart)
                WHERE s.run = ? AND (a.outcome IS NULL OR a.ended IS NULL)
                GROUP BY s.run, s.job, s.stage HAVING total(g.name = s.stage AND g.ended IS NOT NULL) = 0
                ORDER BY s.job, s.stage
                """
            return try Row.fetchAll(db, sql: sql, arguments: [run]).compactMap { row in
                let line: String = row["reading"]
                guard let event = try? Event(line: line.utf8),
                    case .sample(let key, let stage, let reading) = event.body
                else { return nil }
                return LiveSample(key: key, stage: stage, time: event.time, reading: reading)
            }
        }
    }
}
