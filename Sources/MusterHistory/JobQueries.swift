import GRDB
import MusterCore

extension History {
    /// The jobs of a run in the order of the table, each with its attempts and their stages.
    public func jobs(of run: String) throws -> [JobRecord] {
        try writer.read { db in try Self.jobs(of: run, db) }
    }

    /// The stage runs that jobs of a run share, in the order of the table.
    public func sharedRuns(of run: String) throws -> [JobRecord] {
        try writer.read { db in try Self.jobs(of: run, shared: true, db) }
    }

    static func jobs(of run: String, shared: Bool = false, _ db: Database) throws -> [JobRecord] {
        let cancelled = "SELECT cancelled FROM runs WHERE run = ?"
        guard let isCancelled = try Bool.fetchOne(db, sql: cancelled, arguments: [run]) else {
            throw HistoryError.noSuchRun(run)
        }
        let rest = try standing(of: run, isCancelled: isCancelled, db)
        var attempts = try attempts(of: run, shared: shared, db)
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM jobs WHERE run = ? AND shared = ? ORDER BY idx", arguments: [run, shared])
        var jobs: [JobRecord] = []
        while let row = try rows.next() {
            let index: Int = row["idx"]
            jobs.append(
                JobRecord(
                    index: index, id: row["id"], scene: Scene(name: row["scene"], path: row["scene_path"]),
                    point: Point(
                        id: row["point_id"], values: (try JSON(parsing: row["point"] as String)).members ?? []),
                    output: row["output"], key: row["key"],
                    standing: (row["outcome"] as String?).flatMap(Standing.init) ?? rest, isCached: row["cached"],
                    attempts: attempts.removeValue(forKey: index) ?? []))
        }
        return jobs
    }

    private static func key(_ row: Row) -> AttemptKey {
        AttemptKey(
            job: row["job"], generation: row["generation"], element: row["element"], restart: row["restart"])
    }

    /// Of a run the rows of jobs, or those of the stage runs that jobs share.
    private static let ofJobs = "run = ?1 AND job IN (SELECT idx FROM jobs WHERE run = ?1 AND shared = ?2)"

    private static func attempts(of run: String, shared: Bool, _ db: Database) throws -> [Int: [AttemptRecord]] {
        var stages = try stages(of: run, shared: shared, db)
        // Few states tell of items: SQLite finds these faster, and only they are read.
        let sql = """
            SELECT run, job, generation, element, restart, node, slot, outcome, cause, exit, signal, started, ended,
                duration_us, peak_rss, peak_gpu, oom_kills, memory_limit, tail, superseded, folder, gpu_errors, made,
                CASE WHEN instr(state, '"why":') THEN json_extract(state, '$.why') END AS why,
                CASE WHEN instr(state, '"items":') THEN state END AS state
            FROM attempts WHERE \(ofJobs) ORDER BY job, generation, element, restart
            """
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [run, shared])
        // Attempts tell where they were made; folders may have been moved since.
        let moves = try String.fetchOne(
            db, sql: "SELECT json_extract(details, '$.plan.moved') FROM runs WHERE run = ?", arguments: [run])
        let moved = Relocation(json: json(moves))
        var attempts: [Int: [AttemptRecord]] = [:]
        while let row = try rows.next() {
            let key = key(row)
            let outcome: String = row["outcome"]
            let items = try items(row["state"])
            var stages = stages.removeValue(forKey: key) ?? []
            for index in stages.indices { stages[index].items = items?.stages[stages[index].name] }
            var ending = ending(row, outcome)
            ending?.items = items?.job
            ending?.made = json(row["made"]).flatMap(MadeFiles.init(json:))
            attempts[key.job, default: []].append(
                AttemptRecord(
                    key: key, number: 1, why: row["why"], node: row["node"],
                    slot: row["slot"],
                    folder: (row["folder"] as String?).map { moved.isEmpty ? $0 : moved.applied(to: $0) },
                    outcome: outcome, started: Column.time(row["started"]),
                    ended: Column.time(row["ended"]), ending: ending, isSuperseded: row["superseded"],
                    gpuErrors: json(row["gpu_errors"])?.array ?? [], stages: stages))
        }
        // The file has them in the order of their keys; elements of a generation come one after the other.
        for (job, several) in attempts where several.count > 1 {
            let sorted = several.sorted {
                ($0.key.generation, $0.key.restart, $0.key.element) < (
                    $1.key.generation, $1.key.restart, $1.key.element
                )
            }
            attempts[job] = sorted.enumerated().map { number, attempt in
                var attempt = attempt
                attempt.number = number + 1
                return attempt
            }
        }
        return attempts
    }

    private static func json(_ text: String?) -> JSON? { text.flatMap { try? JSON(parsing: $0) } }
    /// Counts of items stand in the state alone: few attempts have some.
    private static func items(_ state: String?) throws -> (job: ItemCounts?, stages: [String: ItemCounts])? {
        guard let state else { return nil }
        let known = AttemptState(json: try JSON(parsing: state))
        let stages = known.stages.compactMap { stage in stage.ending?.items.map { (stage.name, $0) } }
        return (known.ending?.items, Dictionary(stages) { first, _ in first })
    }

    private static func ending(_ row: Row, _ outcome: String) -> Ending? {
        guard let outcome = Outcome(rawValue: outcome) else { return nil }
        return Ending(
            outcome: outcome, cause: row["cause"], exitCode: row["exit"], signal: row["signal"],
            duration: row["duration_us"] ?? 0, peakRSS: row["peak_rss"], peakGPU: row["peak_gpu"],
            oomKills: row["oom_kills"], memoryLimit: row["memory_limit"], tail: row["tail"])
    }

    private static func stages(of run: String, shared: Bool, _ db: Database) throws -> [AttemptKey: [StageRecord]] {
        let sql = "SELECT * FROM stages WHERE \(ofJobs) ORDER BY job, generation, element, restart, position"
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [run, shared])
        var stages: [AttemptKey: [StageRecord]] = [:]
        while let row = try rows.next() {
            stages[key(row), default: []].append(
                StageRecord(
                    name: row["name"], outcome: row["outcome"], started: Column.time(row["started"]),
                    ended: Column.time(row["ended"]), duration: row["duration_us"], exitCode: row["exit"],
                    signal: row["signal"], peakRSS: row["peak_rss"], peakGPU: row["peak_gpu"],
                    usage: json(row["usage"]).flatMap(Usage.init(json:)), isReused: row["reused"]))
        }
        return stages
    }
}
