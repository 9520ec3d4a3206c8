import GRDB
import MusterCore
import MusterProvenance

/// The tables of data sets: a projection of facts that belong to no run.
enum DatasetTables {
    /// A version that two machines gave to two contents has a row for each: the earlier one counts, see `History.dataset`.
    static let schema = """
        CREATE TABLE datasets(name TEXT PRIMARY KEY, id TEXT NOT NULL, registered INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE dataset_versions(
            dataset TEXT NOT NULL REFERENCES datasets(name), major INTEGER NOT NULL, minor INTEGER NOT NULL,
            patch INTEGER NOT NULL, content TEXT NOT NULL, description TEXT NOT NULL, files INTEGER NOT NULL,
            bytes INTEGER NOT NULL, cluster TEXT NOT NULL, host TEXT NOT NULL, folder TEXT NOT NULL,
            user TEXT NOT NULL, registered INTEGER NOT NULL, source TEXT NOT NULL, seq INTEGER NOT NULL,
            PRIMARY KEY (dataset, major, minor, patch, content)) WITHOUT ROWID;
        CREATE TABLE dataset_members(
            content TEXT NOT NULL, path TEXT NOT NULL, member TEXT NOT NULL, size INTEGER NOT NULL,
            sha256 TEXT NOT NULL, PRIMARY KEY (content, path)) WITHOUT ROWID;
        """

    /// Empties them: all of it is folded from facts.
    static func empty(_ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM dataset_members; DELETE FROM dataset_versions; DELETE FROM datasets;")
    }

    /// Folds a version in: of one told several times the earliest counts.
    static func registered(_ entry: DatasetEntry, _ event: Event, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO datasets VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET registered = min(registered, excluded.registered)
                """
        ).execute(arguments: [entry.name, "\(ResourceID.dataset(entry.name))", event.time.microseconds])
        try db.cachedStatement(
            sql: """
                INSERT INTO dataset_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET description = excluded.description, files = excluded.files,
                    bytes = excluded.bytes, cluster = excluded.cluster, host = excluded.host, folder = excluded.folder,
                    user = excluded.user, registered = excluded.registered, source = excluded.source, seq = excluded.seq
                WHERE (excluded.registered, excluded.source, excluded.seq) < (registered, source, seq)
                """
        ).execute(arguments: [
            entry.name, entry.version.major, entry.version.minor, entry.version.patch, entry.content,
            entry.description, entry.fileCount, entry.bytes, entry.cluster, entry.host, entry.folder, entry.user,
            event.time.microseconds, event.source, event.sequence ?? 0,
        ])
    }

    /// Folds files in. Files belong to a content, so the same one told twice is there once; of two that can't both be right
    /// the order of facts decides nothing, and the digest tells when they are read.
    static func files(_ files: [DatasetFile], of content: String, _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO dataset_members VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET size = excluded.size, sha256 = excluded.sha256
                WHERE (excluded.sha256, excluded.size) < (sha256, size)
                """)
        for file in files {
            try insert.execute(arguments: [content, file.path, file.member, file.size, file.sha256])
        }
    }
}
