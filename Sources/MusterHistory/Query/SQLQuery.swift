import GRDB
public import MusterCore

/// What a query in SQL brought: names of columns, and rows of as many values.
public struct QueryResult: Equatable, Sendable {
    /// The columns' names as the query gives them.
    public var columns: [String]
    /// The rows; SQLite's integers, reals, texts and nulls. A blob is written in hexadecimal digits.
    public var rows: [[JSON]]

    /// Makes a result of rows that have as many values as there are columns.
    public init(columns: [String], rows: [[JSON]]) {
        (self.columns, self.rows) = (columns, rows)
    }

    /// One line of the columns' names and one a row (RFC 4180); null is an empty field.
    public var csv: String {
        CSV.line(columns)
            + rows.map { row in CSV.line(row.map { $0.string ?? ($0.isNull ? "" : $0.line) }) }.joined()
    }

    /// One object a row.
    public var jsonLines: String {
        rows.map { row in
            JSON.object(zip(columns, row).map { JSON.Member($0, $1) }).line + "\n"
        }.joined()
    }
}

extension History {
    /// Answers one statement that only reads. It is asked of a connection that can't write, whatever it says.
    ///
    /// Throws `HistoryError.query` for a mistake in it, for a statement that writes, and for more than one.
    public func query(_ sql: String) throws -> QueryResult {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(HistoryFile.patience)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        do {
            return try queue.read { db in
                let statements = try db.allStatements(sql: sql)
                guard let statement = try statements.next() else {
                    throw HistoryError.query("there is no statement in it")
                }
                guard statement.isReadonly else { throw HistoryError.query("it would write") }
                let columns = statement.columnNames
                var rows: [[JSON]] = []
                let cursor = try Row.fetchCursor(statement)
                while let row = try cursor.next() {
                    rows.append(columns.indices.map { Self.json(row[$0] as DatabaseValue) })
                }
                guard try statements.next() == nil else {
                    throw HistoryError.query("there is more than one statement in it")
                }
                return QueryResult(columns: columns, rows: rows)
            }
        } catch let error as DatabaseError {
            throw HistoryError.query(error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }

    fileprivate static func json(_ value: DatabaseValue) -> JSON {
        switch value.storage {
        case .null: .null
        case .int64(let number): .int(number)
        case .double(let number): .double(number)
        case .string(let text): .string(text)
        case .blob(let data): .string(data.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined())
        }
    }
}

extension QueryResult {
    /// The jobs of runs as the view `results` has them, with one column for each parameter in place of `point`.
    static func results(of runs: [String], in db: Database) throws -> QueryResult {
        var columns: [String] = []
        var rows: [(values: [JSON], point: [JSON.Member])] = []
        var parameters: [String] = []
        let statement = try db.makeStatement(sql: "SELECT * FROM results WHERE run = ?")
        for run in runs {
            let cursor = try Row.fetchCursor(statement, arguments: [run])
            while let row = try cursor.next() {
                columns = columns.isEmpty ? Array(row.columnNames).filter { $0 != "point" } : columns
                let point = try JSON(parsing: row["point"] as String).members ?? []
                for member in point where !parameters.contains(member.key) { parameters.append(member.key) }
                rows.append((columns.map { History.json(row[$0] as DatabaseValue) }, point))
            }
        }
        return QueryResult(
            columns: columns + parameters,
            rows: rows.map { values, point in
                values + parameters.map { key in point.first { $0.key == key }?.value ?? .null }
            })
    }
}

extension History {
    /// One row a job of these runs (full ids): what became of it, and its parameters as columns.
    public func results(of runs: [String]) throws -> QueryResult {
        try writer.read { try QueryResult.results(of: runs, in: $0) }
    }
}
