import GRDB
import MusterCore
import MusterProvenance

extension History {
    /// The files that an execution read and made, inputs first, by name.
    public func assetUses(of execution: String) throws -> [AssetUseRecord] {
        try uses("u.execution = ?", [execution], "u.role, u.path")
    }

    /// Who read or made the content with this SHA-256, the earliest first.
    public func assetUses(ofContent sha256: String) throws -> [AssetUseRecord] {
        try uses("u.asset = ?", [sha256], "u.time, u.execution, u.role, u.path")
    }

    /// Who used something under this very path, or below it, the latest first.
    public func assetUses(atPath path: String) throws -> [AssetUseRecord] {
        try uses("u.path = ?1", [path], "u.time DESC, u.execution")
    }

    /// The content with this SHA-256; nil where it is not known.
    public func asset(_ sha256: String) throws -> AssetRecord? {
        try writer.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM assets WHERE sha256 = ?", arguments: [sha256]).map(Self.asset)
        }
    }

    func uses(_ condition: String, _ arguments: StatementArguments, _ order: String) throws -> [AssetUseRecord] {
        try writer.read { db in
            let sql = """
                SELECT u.execution, u.role, u.path AS name, u.time, a.* FROM asset_uses u JOIN assets a ON a.sha256 = u.asset
                WHERE \(condition) ORDER BY \(order)
                """
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                AssetUseRecord(
                    execution: row["execution"], role: AssetRole(rawValue: row["role"]) ?? .input, path: row["name"],
                    asset: Self.asset(row), time: Timestamp(microseconds: row["time"]))
            }
        }
    }

    static func asset(_ row: Row) -> AssetRecord {
        AssetRecord(sha256: row["sha256"], size: row["size"], path: row["path"], type: row["type"])
    }

    /// Jobs whose results may hold a file of this path: each with its run, the latest first.
    public func jobs(holding path: String) throws -> [(run: String, job: String)] {
        try writer.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT j.run, j.id FROM jobs j JOIN runs r USING (run)
                    WHERE j.output <> '' AND NOT j.shared AND (j.output = ?1 OR substr(?1, 1, length(j.output) + 1) = j.output || '/')
                    ORDER BY coalesce(r.created, r.first) DESC, j.run DESC
                    """, arguments: [path]
            ).map { ($0["run"], $0["id"]) }
        }
    }

    /// Jobs with this key: the digest that a published result carries; the earliest that ended well first.
    public func jobs(withKey key: String) throws -> [(run: String, job: String)] {
        try writer.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT j.run, j.id FROM jobs j JOIN runs r USING (run) WHERE j.key = ? AND NOT j.shared
                    ORDER BY j.cached, j.outcome IS NOT 'succeeded', coalesce(r.created, r.first)
                    """, arguments: [key]
            ).map { ($0["run"], $0["id"]) }
        }
    }
}

extension History {
    /// The versions of data sets that the run of a job was pinned to: what the job read is of these. None for what is no job.
    public func datasetUses(ofRunOf execution: String) throws -> [AssetUseRecord] {
        guard let slash = execution.firstIndex(of: "/") else { return [] }
        return try uses(
            """
            u.execution = ? AND u.role = ?
                AND EXISTS (SELECT 1 FROM dataset_versions v WHERE v.content = a.sha256)
            """, [String(execution[..<slash]), AssetRole.input.rawValue], "u.path")
    }

    /// The files that the jobs of a run read and made.
    public func assetUses(ofJobsIn run: String) throws -> [AssetUseRecord] {
        try uses("u.execution > ? AND u.execution < ?", [run + "/", run + "0"], "u.execution, u.role, u.path")
    }

    /// The only content whose SHA-256 begins so; nil where there is none, or several.
    public func asset(beginning digits: String) throws -> AssetRecord? {
        let found = try writer.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM assets WHERE substr(sha256, 1, length(?1)) = ?1 LIMIT 2", arguments: [digits]
            ).map(Self.asset)
        }
        return found.count == 1 ? found[0] : nil
    }

    /// Jobs whose scene is at this path, or holds it: each with its run, the earliest first.
    public func jobs(reading path: String) throws -> [(run: String, job: String)] {
        try writer.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT j.run, j.id FROM jobs j JOIN runs r USING (run)
                    WHERE j.scene_path <> '' AND NOT j.shared AND (j.scene_path = ?1
                        OR substr(?1, 1, length(j.scene_path) + 1) = j.scene_path || '/')
                    ORDER BY coalesce(r.created, r.first), j.run, j.idx
                    """, arguments: [path]
            ).map { ($0["run"], $0["id"]) }
        }
    }
}
