import GRDB
import MusterCore
public import MusterProvenance

extension History {
    /// Executions of programs and runs, the latest first; those of jobs are parts of their runs.
    public func executions() throws -> [ExecutionRecord] {
        let programs = try writer.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM executions WHERE created IS NOT NULL").map(Self.program)
        }
        let all = try programs + runs().map { try execution(of: $0) }
        return all.sorted { ($0.created?.microseconds ?? 0, $0.id) > ($1.created?.microseconds ?? 0, $1.id) }
    }

    /// The execution with this id; of programs and runs a unique beginning does too.
    ///
    /// Throws `HistoryError`.
    public func execution(_ name: String) throws -> ExecutionRecord {
        let programs = try writer.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM executions WHERE created IS NOT NULL AND substr(id, 1, length(?1)) = ?1
                    ORDER BY id <> ?1, id LIMIT 6
                    """, arguments: [name]
            ).map(Self.program)
        }
        if let first = programs.first, !name.isEmpty, programs.count == 1 || first.id == name { return first }
        if programs.count > 1, !name.isEmpty {
            throw HistoryError.ambiguousExecution(name, candidates: programs.map(\.id))
        }
        guard let slash = name.firstIndex(of: "/") else { return try execution(of: run(name)) }
        let summary = try run(String(name[..<slash]))
        let job = String(name[name.index(after: slash)...])
        guard let found = try executions(inRun: summary.run).first(where: { $0.id == "\(summary.run)/\(job)" }) else {
            throw HistoryError.noSuchJob(job, run: summary.run)
        }
        return found
    }

    /// The executions that are parts of another one, in their order.
    public func executions(within id: String) throws -> [ExecutionRecord] {
        let programs = try writer.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM executions WHERE parent = ? AND created IS NOT NULL ORDER BY sequence, created, id",
                arguments: [id]
            ).map(Self.program)
        }
        let isRun = try writer.read { try Bool.fetchOne($0, sql: "SELECT 1 FROM runs WHERE run = ?", arguments: [id]) }
        return try programs + (isRun == true ? executions(inRun: id) : [])
    }

    /// What the catalog says of a program's execution: its status in its own word, and the error.
    public func catalogAnswer(_ id: String) throws -> CatalogAnswer {
        try writer.read { db in
            let sql = "SELECT status, error FROM executions WHERE id = ? AND created IS NOT NULL"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else { return .missing }
            return .status(row["status"] ?? "", error: row["error"])
        }
    }

    private static func program(_ row: Row) throws -> ExecutionRecord {
        let argv = try (row["argv"] as String?).map { try JSON(parsing: $0) }?.array ?? []
        return ExecutionRecord(
            id: row["id"], kind: .program, parent: row["parent"], sequence: row["sequence"], workflow: row["workflow"],
            status: row["status"] ?? "", error: row["error"], description: row["description"] ?? "",
            argv: argv.compactMap(\.string), folder: row["folder"], host: row["host"], user: row["user"],
            created: Column.time(row["created"]), started: Column.time(row["started"]),
            ended: Column.time(row["ended"]), duration: row["duration_us"], exit: row["exit"], signal: row["signal"])
    }

    /// A run as an execution.
    func execution(of run: RunSummary) throws -> ExecutionRecord {
        let (text, first, hasOutputs) = try writer.read { db in
            (
                try String.fetchOne(db, sql: "SELECT description FROM executions WHERE id = ?", arguments: [run.run]),
                try Int64.fetchOne(db, sql: "SELECT min(started) FROM attempts WHERE run = ?", arguments: [run.run]),
                try Self.runsWithOutputs(db, run.run)
            )
        }
        let status = ExecutionStatus.ofRun(
            run.counts, isCancelled: run.isCancelled, isOver: run.ended != nil, hasOutputs: hasOutputs)
        let end = run.ended
        return ExecutionRecord(
            id: run.run, kind: .run, workflow: run.details["workflow"]?.string, status: status.rawValue,
            error: status == .failed ? "JobsFailed: \(run.failed) of \(run.jobCount) jobs failed" : nil,
            description: text ?? run.details["description"]?.string ?? "",
            argv: (run.details["argv"]?.array ?? []).compactMap(\.string), folder: run.folder, host: run.cluster,
            user: run.details["user"]?.string, created: run.started, started: Column.time(first), ended: end,
            duration: end.flatMap { end in first.map { end.microseconds - $0 } })
    }

    private static func runsWithOutputs(_ db: Database, _ run: String) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT count(*) > 0 FROM asset_uses WHERE role = 'Output' AND execution > ? AND execution < ?
                """, arguments: [run + "/", run + "0"]) ?? false
    }

    private func executions(inRun run: String) throws -> [ExecutionRecord] {
        let summary = try self.run(run)
        let workflow = summary.details["workflow"]?.string
        let (outputs, texts) = try writer.read { db in
            (
                try Set(
                    String.fetchAll(
                        db,
                        sql: """
                            SELECT DISTINCT execution FROM asset_uses
                            WHERE role = 'Output' AND execution > ? AND execution < ?
                            """, arguments: [run + "/", run + "0"])),
                try Row.fetchAll(
                    db, sql: "SELECT id, description FROM executions WHERE id > ? AND id < ?",
                    arguments: [run + "/", run + "0"])
            )
        }
        let described = Dictionary(
            texts.map { ($0["id"] as String, ($0["description"] as String?) ?? "") },
            uniquingKeysWith: { first, _ in first })
        return try jobs(of: run).map { job in
            let id = "\(run)/\(job.id)"
            let last = job.attempts.last
            let status = ExecutionStatus.ofJob(job.standing, hasOutputs: outputs.contains(id))
            let cause = last?.ending.flatMap(\.cause)
            return ExecutionRecord(
                id: id, kind: .job, parent: run, sequence: job.index, workflow: workflow, status: status.rawValue,
                error: status == .failed ? "\(job.standing)" + (cause.map { ": \($0)" } ?? "") : nil,
                description: described[id]
                    ?? job.point.values.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }
                    .joined(separator: " "),
                folder: job.output, host: last?.node, created: summary.started, started: job.attempts.first?.started,
                ended: last?.ended, duration: last?.ending?.duration, exit: last?.ending?.exitCode,
                signal: last?.ending?.signal, isCached: job.isCached)
        }
    }
}
