import GRDB
import MusterCore

/// What an import brought.
public struct ImportTally: Equatable, Sendable {
    /// Runs that were not known before, and those of which something new came.
    public var newRuns: [String] = [], grown: [String] = []
    /// Facts that were new, that were there already, and lines that are no facts.
    public var facts = 0, known = 0, unreadable = 0

    /// Nothing came yet.
    public init() {}
}

extension History {
    /// Takes over what another history knows: its facts, each once by source and sequence, and the runs that are not
    /// registered here. Reading the same file twice, or two histories that share facts, brings nothing double.
    ///
    /// The other file is read and not changed: an older form of it is brought up to date in a copy, in memory. `path` is
    /// the file or the state folder that holds it.
    public func merge(_ path: String) throws -> ImportTally {
        let other = try HistoryFile.copy(path)
        var tally = ImportTally()
        try writer.write { db in
            let runs = try other.read { try Row.fetchAll($0, sql: "SELECT * FROM runs ORDER BY run") }
            for row in runs {
                let run: String = row["run"]
                let known = try Row.fetchOne(db, sql: "SELECT registered FROM runs WHERE run = ?", arguments: [run])
                if known == nil { tally.newRuns.append(run) }
                guard known?["registered"] != true else { continue }
                try Self.copyRow(row, into: "runs", db)
                let tables = row["pruned"] == nil ? ["jobs"] : ["jobs", "attempts", "stages", "elements", "calls"]
                for table in tables { try Self.copyRows(of: run, in: table, from: other, db) }
            }
            try Self.copyFacts(from: other, db, &tally)
            try Self.touch(db)
        }
        return tally
    }

    /// Takes in the facts of an outbox or a journal: lines of the wire's form. Lines that are none are counted.
    public func merge(lines: some Sequence<some Collection<UInt8>>) throws -> ImportTally {
        var tally = ImportTally()
        var events: [Event] = []
        for line in lines where !line.isEmpty {
            if let event = try? Event(line: line) { events.append(event) } else { tally.unreadable += 1 }
        }
        let before = Set(try runs().map(\.run))
        try writer.write { db in
            try Self.take(events, db, &tally)
            try Self.touch(db)
        }
        tally.newRuns = Set(events.map(\.run)).subtracting(before).subtracting([""]).sorted()
        tally.grown.removeAll { tally.newRuns.contains($0) }
        return tally
    }

    private static func copyFacts(
        from other: some DatabaseReader, _ db: Database, _ tally: inout ImportTally
    ) throws {
        var last = Int64(0)
        while true {
            let rows = try other.read {
                try Row.fetchAll(
                    $0, sql: "SELECT id, line FROM facts WHERE id > ? ORDER BY id LIMIT 2000", arguments: [last])
            }
            guard let end = rows.last else { return }
            last = end["id"]
            var events: [Event] = []
            for row in rows {
                let line: String = row["line"]
                if let event = try? Event(line: line.utf8) { events.append(event) } else { tally.unreadable += 1 }
            }
            try take(events, db, &tally)
        }
    }

    /// Stores and folds what is new of `events`.
    private static func take(_ events: [Event], _ db: Database, _ tally: inout ImportTally) throws {
        let new = try FactStore(db: db, received: now()).store(events)
        var projection = Projection(db: db)
        for event in new { try projection.apply(event) }
        try projection.write()
        tally.facts += new.count
        tally.known += events.count - new.count
        // Facts about workflows and executions belong to no run.
        for run in Set(new.map(\.run)) where !run.isEmpty && !tally.newRuns.contains(run) && !tally.grown.contains(run)
        {
            tally.grown.append(run)
        }
    }

    private static func copyRows(
        of run: String, in table: String, from other: some DatabaseReader, _ db: Database
    ) throws {
        let rows = try other.read {
            try Row.fetchAll($0, sql: "SELECT * FROM \(table) WHERE run = ?", arguments: [run])
        }
        for row in rows { try copyRow(row, into: table, db) }
    }

    /// Writes a row of a table of the same form; where facts made one already, what comes from the plan takes its place
    /// and the facts are folded anew.
    private static func copyRow(_ row: Row, into table: String, _ db: Database) throws {
        let columns = row.columnNames.joined(separator: ", ")
        let places = Array(repeating: "?", count: row.count).joined(separator: ", ")
        let changes = planColumns[table].map { names in
            "ON CONFLICT DO UPDATE SET " + names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        }
        try db.execute(
            sql: "INSERT INTO \(table)(\(columns)) VALUES (\(places)) \(changes ?? "ON CONFLICT DO NOTHING")",
            arguments: StatementArguments(row.databaseValues))
    }

    /// Columns that registering a run writes: see `registerRun`.
    private static let planColumns = [
        "runs": [
            "registered", "sweep", "cluster", "folder", "config_path", "way", "home", "output_root", "fingerprint",
            "created", "details",
        ],
        "jobs": [
            "registered", "id", "scene", "scene_path", "scene_index", "point", "point_id", "output", "key", "shared",
        ],
    ]
}
