import GRDB
import MusterCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `workflow_history.csv` in the state folder: one row for each ended job, of all runs, for spreadsheets and for scripts
/// that read the file of that name which My3DIS writes. The columns are the same; unlike there, jobs that failed
/// have a row too.
///
/// The file is ours: a write that a crash cut short is taken back before the next one.
public enum WorkflowHistory {
    static let columns = [
        "timestamp", "scene", "experiment_name", "config_path", "data_path", "output_root", "run_dir", "levels",
        "ssam_freq", "frames_total", "frames_selected", "frames_ssam", "parent_experiment", "experiment_root",
        "scene_output_root", "scene_index",
    ]

    /// Appends the ended jobs of a run that have no row yet, and returns how many these were.
    ///
    /// Each job gets one row for good, so call it when no job is to be tried again. Blocks while another process
    /// appends. `run` is a full id.
    @discardableResult
    public static func append(_ run: String, of history: History) throws -> Int {
        let file = try FileBytes(history.recordPath, O_RDWR | O_CREAT | O_APPEND)
        try file.lock()
        // An intention left behind: its rows may be there in part, and none of them was marked.
        let intended = try history.writer.read { try Int64.fetchOne($0, sql: "SELECT length FROM record_file") }
        if let intended, try file.length() > intended { try file.truncate(to: intended) }
        let (rows, indices) = try history.writer.read { try open(run, $0) }
        let length = try file.length()
        try history.writer.write { try $0.execute(sql: "REPLACE INTO record_file VALUES (1, ?)", arguments: [length]) }
        if !indices.isEmpty { try file.write(Array(((length == 0 ? CSV.line(columns) : "") + rows).utf8)) }
        try history.writer.write { db in
            let mark = try db.cachedStatement(sql: "UPDATE jobs SET recorded = 1 WHERE run = ? AND idx = ?")
            for index in indices { try mark.execute(arguments: [run, index]) }
            try db.execute(sql: "DELETE FROM record_file")
        }
        return indices.count
    }

    private static func open(_ run: String, _ db: Database) throws -> (rows: String, indices: [Int]) {
        guard let summary = try History.summary(of: run, db) else { throw HistoryError.noSuchRun(run) }
        return try lines(
            of: summary,
            sql: """
                SELECT * FROM jobs WHERE run = ? AND NOT shared AND NOT recorded AND outcome IS NOT NULL AND outcome NOT IN ('running', 'queued')
                ORDER BY ended, idx
                """, db)
    }

    static func lines(of run: RunSummary, sql: String, _ db: Database) throws -> (rows: String, indices: [Int]) {
        var indices: [Int] = []
        var rows = ""
        let experiment = run.details["experiment"].flatMap(ExperimentRecord.init(json:))
        let cursor = try Row.fetchCursor(db, sql: sql, arguments: [run.run])
        while let row = try cursor.next() {
            indices.append(row["idx"])
            rows += CSV.line(try fields(of: row, in: run, experiment))
        }
        return (rows, indices)
    }

    private static func fields(
        of row: Row, in run: RunSummary, _ experiment: ExperimentRecord?
    ) throws -> [String] {
        let values = try JSON(parsing: row["point"] as String).members ?? []
        let ended = Column.time(row["ended"]) ?? run.ended ?? run.started
        let sceneIndex: Int? = row["scene_index"]
        let root = run.outputRoot ?? ""
        let above = experiment.flatMap { $0.hasSceneLevel ? ($0.name, $0.root(below: root)) : nil } ?? ("", "")
        return [
            ended?.description ?? "", row["scene"], run.sweep, run.configPath ?? "", row["scene_path"], root,
            row["output"], setting("levels", values, run), setting("ssam_freq", values, run), "", "", "", above.0,
            above.1, experiment?.sceneOutput(row["output"]) ?? "", sceneIndex.map(String.init) ?? "",
        ]
    }

    /// A parameter by its last name: the point's, else the first stage's that has it; lists joined with commas.
    private static func setting(_ name: String, _ values: [JSON.Member], _ run: RunSummary) -> String {
        let point = values.first { $0.key == name || $0.key.hasSuffix(".\(name)") }?.value
        let stages = run.details["plan"]?["stages"]?.array ?? []
        guard let value = point ?? stages.lazy.compactMap({ $0["parameters"]?[name] }).first else { return "" }
        func text(_ value: JSON) -> String { value.string ?? (value.isNull ? "" : value.line) }
        return value.array.map { $0.map(text).joined(separator: ",") } ?? text(value)
    }
}

extension History {
    /// The rows of `WorkflowHistory` for all ended jobs of runs (full ids), with the header, whether they were written to
    /// the file or not.
    public func exportCSV(_ runs: [String]) throws -> String {
        let sql = """
            SELECT * FROM jobs WHERE run = ? AND NOT shared AND outcome IS NOT NULL AND outcome NOT IN ('running', 'queued') ORDER BY ended, idx
            """
        let rows = try writer.read { db in
            try runs.map { run in
                guard let summary = try Self.summary(of: run, db) else { throw HistoryError.noSuchRun(run) }
                return try WorkflowHistory.lines(of: summary, sql: sql, db).rows
            }
        }
        return CSV.line(WorkflowHistory.columns) + rows.joined()
    }
}
