import GRDB

/// The tables of the history.
///
/// `facts` only grows. What `registerRun` writes comes from the plan; all else is a projection of the facts, written
/// in the same transaction as they, and can be made again from them.
enum Schema {
    /// `application_id` of our files: "MUST".
    static let applicationID: Int64 = 0x4D55_5354
    /// `user_version` of the tables below. Another version is another number and a migration.
    static let version: Int64 = 7

    /// Makes the tables in an empty file, brings those of an earlier version up to this one, and leaves a file that has
    /// them as it is.
    static func prepare(_ db: Database) throws {
        let found = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found < version else { return }
        if found == 0 {
            try db.execute(sql: tables)
        } else {
            for step in steps where step.from >= found { try db.execute(sql: step.sql) }
        }
        try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }

    /// What each version lacks that the next one has.
    private static let steps: [(from: Int64, sql: String)] = [
        (1, "ALTER TABLE submissions ADD COLUMN elements INTEGER NOT NULL DEFAULT 1"),
        (
            2,
            """
            ALTER TABLE jobs ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE attempts ADD COLUMN gpu_errors TEXT;
            ALTER TABLE stages ADD COLUMN peak_gpu INTEGER;
            ALTER TABLE stages ADD COLUMN usage TEXT;
            """
        ),
        (
            3,
            """
            ALTER TABLE runs ADD COLUMN orders TEXT; ALTER TABLE jobs ADD COLUMN orders TEXT;
            ALTER TABLE runs ADD COLUMN pruned INTEGER; \(results)
            """
        ),
        (4, readings), (5, "ALTER TABLE attempts ADD COLUMN made TEXT; " + ProvenanceTables.schema),
        (6, DatasetTables.schema),
    ]

    /// How the use of a running stage went: a bounded number of its samples, see `keepReadings`.
    private static let readings = """
        CREATE TABLE readings(
            run TEXT NOT NULL, job INTEGER NOT NULL, generation INTEGER NOT NULL, element TEXT NOT NULL,
            restart INTEGER NOT NULL, stage TEXT NOT NULL, time INTEGER NOT NULL, rss INTEGER, cpu_us INTEGER,
            gpu INTEGER, utilization REAL, done REAL, total REAL,
            PRIMARY KEY (run, job, generation, element, restart, stage, time)) WITHOUT ROWID;
        """

    /// One row a job, for people who ask in SQL: times in ISO 8601, durations in seconds, sizes in bytes. What stands of
    /// an attempt is the latest one's: SQLite takes bare columns from the row that has the maximum.
    private static let results = """
        CREATE VIEW results AS SELECT
            j.run, r.sweep, r.cluster, j.id AS job, j.scene, j.point, coalesce(j.outcome, 'waiting') AS outcome,
            j.cached, coalesce(a.attempts, 0) AS attempts, a.node,
            strftime('%Y-%m-%dT%H:%M:%fZ', a.started / 1e6, 'unixepoch') AS started,
            strftime('%Y-%m-%dT%H:%M:%fZ', a.ended / 1e6, 'unixepoch') AS ended, a.duration_us / 1e6 AS duration_s,
            a.cause, a.exit AS exit_code, a.signal, a.peak_rss AS peak_rss_bytes, a.peak_gpu AS peak_gpu_bytes,
            a.memory_limit AS memory_limit_bytes, j.output
        FROM jobs j JOIN runs r USING (run) LEFT JOIN (
            SELECT run, job, count(*) AS attempts, max(generation * 1000000 + restart), node, started, ended,
                duration_us, cause, exit, signal, peak_rss, peak_gpu, memory_limit
            FROM attempts GROUP BY run, job) a ON a.run = j.run AND a.job = j.idx
        WHERE NOT j.shared;
        """

    private static let tables = """
        CREATE TABLE changes(id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL);
        INSERT INTO changes VALUES (1, 0);

        CREATE TABLE sources(
            id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, run TEXT NOT NULL,
            contiguous INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE facts(
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources(id), seq INTEGER NOT NULL,
            time INTEGER NOT NULL, received INTEGER NOT NULL, kind TEXT NOT NULL, line TEXT NOT NULL,
            UNIQUE (source, seq));

        CREATE TABLE runs(
            run TEXT PRIMARY KEY, registered INTEGER NOT NULL DEFAULT 0, sweep TEXT NOT NULL DEFAULT '',
            cluster TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL DEFAULT '', config_path TEXT, way TEXT, home TEXT,
            output_root TEXT, fingerprint TEXT NOT NULL DEFAULT '', created INTEGER,
            details TEXT NOT NULL DEFAULT '{}',
            first INTEGER, ended INTEGER, cancelled INTEGER NOT NULL DEFAULT 0, orders TEXT, pruned INTEGER) WITHOUT ROWID;
        CREATE TABLE jobs(
            run TEXT NOT NULL REFERENCES runs(run), idx INTEGER NOT NULL, registered INTEGER NOT NULL DEFAULT 0,
            id TEXT NOT NULL, scene TEXT NOT NULL DEFAULT '', scene_path TEXT NOT NULL DEFAULT '', scene_index INTEGER,
            point TEXT NOT NULL DEFAULT '{}', point_id TEXT NOT NULL DEFAULT '', output TEXT NOT NULL DEFAULT '',
            key TEXT NOT NULL DEFAULT '', recorded INTEGER NOT NULL DEFAULT 0,
            outcome TEXT, ended INTEGER, cached INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
            shared INTEGER NOT NULL DEFAULT 0, orders TEXT,
            PRIMARY KEY (run, idx)) WITHOUT ROWID;
        CREATE TABLE attempts(
            run TEXT NOT NULL, job INTEGER NOT NULL, generation INTEGER NOT NULL, element TEXT NOT NULL,
            restart INTEGER NOT NULL, settled INTEGER NOT NULL, node TEXT, slot INTEGER, outcome TEXT NOT NULL,
            cause TEXT, exit INTEGER, signal INTEGER, started INTEGER, ended INTEGER, duration_us INTEGER,
            peak_rss INTEGER, peak_gpu INTEGER, oom_kills INTEGER NOT NULL, memory_limit INTEGER, tail TEXT,
            superseded INTEGER NOT NULL, folder TEXT, state TEXT NOT NULL, gpu_errors TEXT,
            made TEXT,
            PRIMARY KEY (run, job, generation, element, restart),
            FOREIGN KEY (run, job) REFERENCES jobs(run, idx)) WITHOUT ROWID;
        CREATE INDEX attempts_open ON attempts(run, element) WHERE settled = 0;
        CREATE TABLE stages(
            run TEXT NOT NULL, job INTEGER NOT NULL, generation INTEGER NOT NULL, element TEXT NOT NULL,
            restart INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL,
            started INTEGER, ended INTEGER, duration_us INTEGER, exit INTEGER, signal INTEGER, peak_rss INTEGER,
            reused INTEGER NOT NULL, peak_gpu INTEGER, usage TEXT,
            PRIMARY KEY (run, job, generation, element, restart, name),
            FOREIGN KEY (run, job, generation, element, restart)
                REFERENCES attempts(run, job, generation, element, restart)) WITHOUT ROWID;
        CREATE TABLE elements(
            run TEXT NOT NULL REFERENCES runs(run), element TEXT NOT NULL, restart INTEGER NOT NULL, node TEXT,
            started INTEGER, state TEXT, exit TEXT, ended INTEGER, heard INTEGER,
            PRIMARY KEY (run, element, restart)) WITHOUT ROWID;
        CREATE TABLE submissions(
            run TEXT NOT NULL REFERENCES runs(run), token TEXT NOT NULL, scheduler_id TEXT, elements INTEGER NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (run, token)) WITHOUT ROWID;
        CREATE TABLE calls(
            run TEXT NOT NULL REFERENCES runs(run), command TEXT NOT NULL, n INTEGER NOT NULL,
            PRIMARY KEY (run, command)) WITHOUT ROWID;
        CREATE TABLE samples(
            run TEXT NOT NULL, job INTEGER NOT NULL, stage TEXT NOT NULL, generation INTEGER NOT NULL,
            element TEXT NOT NULL, restart INTEGER NOT NULL, time INTEGER NOT NULL, reading TEXT NOT NULL,
            PRIMARY KEY (run, job, stage)) WITHOUT ROWID;

        \(readings)
        \(ProvenanceTables.schema)
        \(DatasetTables.schema)
        CREATE TABLE record_file(id INTEGER PRIMARY KEY CHECK (id = 1), length INTEGER NOT NULL);
        \(results)
        """
}
