import GRDB
public import MusterCore

/// A file's content as the history knows it, whoever used it.
public struct ContentRecord: Equatable, Sendable {
    /// SHA-256 of the content and its bytes.
    public var sha256: String, size: Int64
    /// Where it was first known to lie, and what it is.
    public var path: String, type: String
    /// How often something read or made it, or a data set holds it.
    public var uses: Int
    /// When it was last told of; nil where only a data set holds it, which has no end.
    public var last: Timestamp?
}

extension History {
    /// All contents of files that executions used or data sets hold, by their SHA-256.
    public func contents() throws -> [String: ContentRecord] {
        try writer.read { db in
            var found: [String: ContentRecord] = [:]
            let used = try Row.fetchCursor(
                db,
                sql: """
                    SELECT a.sha256, a.size, a.path, a.type, count(*) AS uses, max(u.time) AS last
                    FROM assets a JOIN asset_uses u ON u.asset = a.sha256 WHERE a.type <> 'folder' GROUP BY a.sha256
                    """)
            while let row = try used.next() { found[row["sha256"]] = Self.content(row) }
            let held = try Row.fetchCursor(
                db,
                sql: """
                    SELECT sha256, min(size) AS size, min(path) AS path, 'file' AS type, count(*) AS uses, NULL AS last
                    FROM dataset_members GROUP BY sha256
                    """)
            while let row = try held.next() {
                var record = Self.content(row)
                if let other = found[record.sha256] {
                    record = other
                    record.uses += row["uses"]
                    record.last = nil
                }
                found[record.sha256] = record
            }
            return found
        }
    }

    private static func content(_ row: Row) -> ContentRecord {
        ContentRecord(
            sha256: row["sha256"], size: row["size"], path: row["path"], type: row["type"], uses: row["uses"],
            last: Column.time(row["last"]))
    }

    /// The contents of files whose SHA-256 begins so, by it; at most `limit`.
    public func contents(beginning digits: String, limit: Int) throws -> [AssetRecord] {
        try writer.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM assets WHERE sha256 >= ?1 AND substr(sha256, 1, length(?1)) = ?1 AND type <> 'folder'
                    ORDER BY sha256 LIMIT ?2
                    """, arguments: [digits, limit]
            ).map(Self.asset)
        }
    }

    /// The files below a folder that an execution used under these names.
    public func assetUses(of execution: String, below folder: String) throws -> [AssetUseRecord] {
        try uses(
            "u.execution = ?1 AND substr(u.path, 1, length(?2)) = ?2 AND a.type <> 'folder'",
            [execution, folder + "/"],
            "u.role, u.path")
    }
}
