import GRDB

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Opening `history.sqlite`: only ours, and in the mode that its file system bears.
enum HistoryFile {
    /// How long one process waits for another one's transaction.
    static let patience: Double = 30

    static func open(_ path: String, patience: Double = patience) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(patience)
        configuration.label = "muster history"
        // SQLite can't switch the journal mode while another process does: its busy timeout does not cover that.
        let deadline = ContinuousClock.now + .seconds(patience)
        while true {
            do {
                try refuseForeign(path, patience)
                return try opened(path, configuration)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                guard ContinuousClock.now < deadline else { throw unusable(path, error) }
                usleep(20_000)
            } catch let error as DatabaseError {
                throw error.resultCode == .SQLITE_NOTADB
                    ? HistoryError.notAHistory(path: path, found: "no SQLite file") : unusable(path, error)
            }
        }
    }

    /// A copy of another history in memory, of this version; the file itself is only read. `path` is the file or the
    /// folder that holds it.
    static func copy(_ path: String) throws -> DatabaseQueue {
        var status = stat()
        let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        let file = isFolder ? "\(path)/history.sqlite" : path
        guard stat(file, &status) == 0, status.st_size > 0 else {
            throw HistoryError.unusable(path: file, what: "there is no history")
        }
        do {
            try refuseForeign(file)
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(patience)
            let copy = try DatabaseQueue()
            try DatabaseQueue(path: file, configuration: configuration).backup(to: copy)
            try copy.write(Schema.prepare)
            return copy
        } catch let error as DatabaseError {
            throw error.resultCode == .SQLITE_NOTADB
                ? HistoryError.notAHistory(path: file, found: "no SQLite file") : unusable(file, error)
        }
    }

    private static func unusable(_ path: String, _ error: DatabaseError) -> HistoryError {
        .unusable(path: path, what: error.message ?? "SQLite error \(error.resultCode.rawValue)")
    }

    private static func opened(_ path: String, _ configuration: Configuration) throws -> any DatabaseWriter {
        let writer: any DatabaseWriter
        if Mounts.current.isShared(path) {
            // Write-ahead logging needs memory shared between processes, which a network file system has not
            // (sqlite.org/wal.html); the rollback journal needs only locks.
            writer = try DatabaseQueue(path: path, configuration: configuration)
            try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        } else {
            writer = try DatabasePool(path: path, configuration: configuration)
        }
        // A fact is acknowledged after the commit, so the commit must outlive a power cut.
        try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        // A file that has its tables is opened without waiting for whoever writes.
        if try writer.read({ try Int64.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }) < Schema.version {
            try writer.write(Schema.prepare)
        }
        return writer
    }

    /// Looks before anything is changed: opening for writing would switch the journal mode of somebody else's file.
    private static func refuseForeign(_ path: String, _ patience: Double = patience) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(patience)
        let (id, version, tables) = try DatabaseQueue(path: path, configuration: configuration).read { db in
            (
                try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
                try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            )
        }
        if id == 0, version == 0, tables == 0 { return }
        guard id == Schema.applicationID else {
            throw HistoryError.notAHistory(path: path, found: "an SQLite file of another program")
        }
        guard version <= Schema.version else {
            throw HistoryError.newer(path: path, version: version, known: Schema.version)
        }
    }

    /// Makes the state folder and its parents, for the owner only.
    static func makeFolder(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            guard mkdir(made, 0o700) != 0, errno != EEXIST, errno != EISDIR else { continue }
            let code = errno
            var status = stat()
            guard stat(made, &status) == 0 else {
                throw HistoryError.unusable(path: made, what: "mkdir failed: \(String(cString: strerror(code)))")
            }
        }
    }
}
