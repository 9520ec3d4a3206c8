import GRDB

/// How much the history holds, for those who keep an eye on it.
public struct HistoryFigures: Equatable, Sendable {
    /// Facts in all.
    public var facts: Int
    /// Bytes of the file, without the write-ahead log.
    public var bytes: Int64
    /// Changes since the file was made, by any process: see `dataVersion()`.
    public var changes: Int64
}

extension History {
    /// How much the history holds.
    public func figures() throws -> HistoryFigures {
        try writer.read { db in
            HistoryFigures(
                facts: try Int.fetchOne(db, sql: "SELECT count(*) FROM facts") ?? 0,
                bytes: (try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0)
                    * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0),
                changes: try Int64.fetchOne(db, sql: "SELECT n FROM changes") ?? 0)
        }
    }
}
