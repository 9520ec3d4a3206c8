import GRDB
import MusterCore
import MusterProvenance

/// The tables of workflows, executions and assets: a projection of the facts that belong to no run.
enum ProvenanceTables {
    static let schema = """
        CREATE TABLE workflows(
            id TEXT PRIMARY KEY, name TEXT, type TEXT, description TEXT, url TEXT, checksum TEXT, version TEXT,
            notebook INTEGER NOT NULL DEFAULT 0, code TEXT, registered INTEGER, state TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX workflows_checksum ON workflows(checksum);
        CREATE INDEX workflows_url ON workflows(url);
        CREATE TABLE workflow_types(name TEXT PRIMARY KEY, description TEXT, state TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE executions(
            id TEXT PRIMARY KEY, workflow TEXT, parent TEXT, sequence INTEGER, description TEXT, argv TEXT, folder TEXT,
            host TEXT, user TEXT, status TEXT, error TEXT, exit INTEGER, signal INTEGER, created INTEGER,
            started INTEGER, ended INTEGER, duration_us INTEGER, state TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE assets(
            sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, path TEXT NOT NULL, type TEXT NOT NULL,
            metadata TEXT NOT NULL, first INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE asset_uses(
            execution TEXT NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL, asset TEXT NOT NULL REFERENCES assets(sha256),
            time INTEGER NOT NULL, PRIMARY KEY (execution, role, path, asset)) WITHOUT ROWID;
        CREATE INDEX asset_uses_asset ON asset_uses(asset);
        """

    /// Empties what is folded from facts; what jobs of pruned runs made stays.
    static func empty(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM asset_uses WHERE substr(execution, 1, instr(execution || '/', '/') - 1)
                    NOT IN (SELECT run FROM runs WHERE pruned IS NOT NULL);
                DELETE FROM assets WHERE sha256 NOT IN (SELECT asset FROM asset_uses);
                DELETE FROM executions; DELETE FROM workflow_types; DELETE FROM workflows;
                """)
    }

    /// A file of a job's result whose sum the agent took. A job of which only facts are known is called by its place until
    /// its run is registered.
    static func made(_ asset: MadeAsset, by job: Int, of run: String, at time: Timestamp, _ db: Database) throws {
        guard let sum = asset.sum else { return }
        let row = try Row.fetchOne(
            db, sql: "SELECT id, output FROM jobs WHERE run = ? AND idx = ? AND registered", arguments: [run, job])
        let output = row?["output"] as String? ?? ""
        let use = AssetUse(
            sha256: sum, size: asset.size ?? 0, path: output.isEmpty ? asset.path : "\(output)/\(asset.path)",
            type: asset.type, metadata: asset.metadata)
        try used("\(run)/\(row?["id"] as String? ?? "#\(job)")", .output, use, time, db)
    }

    /// Gives what was made by jobs of a run that was not registered then its names.
    static func name(jobsOf run: String, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE OR REPLACE assets SET path = (SELECT max(j.output || '/' || u.path) FROM asset_uses u
                        JOIN jobs j ON j.run = :run AND u.execution = j.run || '/#' || j.idx WHERE u.asset = sha256)
                    WHERE path NOT LIKE '/%' AND sha256 IN (SELECT asset FROM asset_uses WHERE substr(execution, 1, length(:run) + 2) = :run || '/#');
                UPDATE OR REPLACE asset_uses SET execution = j.run || '/' || j.id,
                    path = CASE WHEN path LIKE '/%' OR j.output = '' THEN path ELSE j.output || '/' || path END
                    FROM jobs j WHERE j.run = :run AND execution = j.run || '/#' || j.idx;
                """, arguments: ["run": run])
    }

    /// Folds one fact into its rows; in any order, each any number of times.
    static func apply(_ event: Event, _ db: Database) throws {
        guard let fact = ProvenanceFact(event.body) else { return }
        switch fact {
        case .workflowRegistered(let entry): try workflow(entry.id, fact, event, db)
        case .workflowChanged(let id, _, _): try workflow(id, fact, event, db)
        case .termAdded(let name, _):
            let state = try fold("workflow_types", "name", name, fact, event, db)
            try db.execute(
                sql: """
                    INSERT INTO workflow_types VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET description = excluded.description, state = excluded.state
                    """, arguments: [name, state.meaning, state.json.line])
        case .executionCreated(let entry): try execution(entry.id, fact, event, db)
        case .executionMoved(let move): try execution(move.id, fact, event, db)
        case .executionDescribed(let id, _): try execution(id, fact, event, db)
        case .assetsUsed(let execution, let role, let uses):
            for use in uses { try used(execution, role, use, event.time, db) }
        case .datasetRegistered(let entry): try DatasetTables.registered(entry, event, db)
        case .datasetFiles(let content, let files): try DatasetTables.files(files, of: content, db)
        }
    }

    private static func fold(
        _ table: String, _ column: String, _ id: String, _ fact: ProvenanceFact, _ event: Event, _ db: Database
    ) throws -> EntityState {
        let select = try db.cachedStatement(sql: "SELECT state FROM \(table) WHERE \(column) = ?")
        let line = try String.fetchOne(select, arguments: [id])
        var state = try line.map { EntityState(json: try JSON(parsing: $0)) } ?? EntityState()
        state.apply(fact, of: event)
        return state
    }

    private static func workflow(_ id: String, _ fact: ProvenanceFact, _ event: Event, _ db: Database) throws {
        let state = try fold("workflows", "id", id, fact, event, db)
        let entry = state.workflow
        try db.cachedStatement(
            sql: """
                INSERT INTO workflows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET name = excluded.name, type = excluded.type, description = excluded.description,
                    url = excluded.url, checksum = excluded.checksum, version = excluded.version,
                    notebook = excluded.notebook, code = excluded.code, registered = excluded.registered,
                    state = excluded.state
                """
        ).execute(arguments: [
            id, entry?.name, entry?.type, entry?.description, entry?.source.url, entry?.source.checksum,
            entry?.source.version, entry?.source.isNotebook ?? false, entry?.source.commit,
            state.registered?.microseconds, state.json.line,
        ])
    }

    private static func execution(_ id: String, _ fact: ProvenanceFact, _ event: Event, _ db: Database) throws {
        let state = try fold("executions", "id", id, fact, event, db)
        let (entry, move) = (state.execution, state.move)
        try db.cachedStatement(
            sql: """
                INSERT INTO executions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET workflow = excluded.workflow, parent = excluded.parent,
                    sequence = excluded.sequence, description = excluded.description, argv = excluded.argv,
                    folder = excluded.folder, host = excluded.host, user = excluded.user, status = excluded.status,
                    error = excluded.error, exit = excluded.exit, signal = excluded.signal, created = excluded.created,
                    started = excluded.started, ended = excluded.ended, duration_us = excluded.duration_us,
                    state = excluded.state
                """
        ).execute(arguments: [
            id, entry?.workflow, entry?.parent, entry?.sequence, state.description ?? entry?.description,
            entry.map { JSON.strings($0.argv).line }, entry?.folder, entry?.host, entry?.user,
            entry == nil ? nil : (move?.status ?? .created).rawValue, move?.error, move?.exit, move?.signal,
            state.registered?.microseconds, move?.started?.microseconds, move?.ended?.microseconds, move?.duration,
            state.json.line,
        ])
    }

    private static func used(
        _ execution: String, _ role: AssetRole, _ use: AssetUse, _ time: Timestamp, _ db: Database
    ) throws {
        // The first known path is the earliest one, of equally early ones the first by name: so on all machines.
        try db.cachedStatement(
            sql: """
                INSERT INTO assets(sha256, size, path, type, metadata, first) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET size = excluded.size, path = excluded.path, type = excluded.type,
                    metadata = excluded.metadata, first = excluded.first
                WHERE (excluded.first, excluded.path) < (first, path)
                """
        ).execute(arguments: [
            use.sha256, use.size, use.path, use.type, JSON.object(use.metadata).line, time.microseconds,
        ])
        try db.cachedStatement(
            sql: """
                INSERT INTO asset_uses(execution, role, path, asset, time) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET time = min(time, excluded.time)
                """
        ).execute(arguments: [execution, role.rawValue, use.path, use.sha256, time.microseconds])
    }
}
