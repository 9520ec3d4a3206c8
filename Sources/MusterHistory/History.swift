import GRDB
public import MusterCore
import Synchronization

/// The history of runs at home: an SQLite file that takes facts in and answers questions about them.
///
/// Several processes may have it open at once; each append is one transaction. Everything but the facts and the
/// registered plans is a projection that `rebuild()` makes again. All methods block on the disk.
public final class History: EventSink, Sendable {
    /// The state folder.
    public let folder: String
    let writer: any DatabaseWriter
    /// Owned by whoever holds its lock, for a moment.
    let folds = Mutex<[String: RunFolds.Fold]>([:])
    /// Likewise.
    let open = Mutex<OpenParts?>(nil)

    /// The file.
    public var path: String { "\(folder)/history.sqlite" }
    /// The CSV record of ended jobs beside it: see `WorkflowHistory`.
    public var recordPath: String { "\(folder)/workflow_history.csv" }

    /// Opens the history in a state folder, which is made (owner only) when it is not there.
    ///
    /// Throws `HistoryError` when the file is not ours, was written by a newer muster, or can't be used.
    /// `patience` is how many seconds it waits for another process's transaction; nil for half a minute.
    public init(folder: String, patience: Double? = nil) throws {
        self.folder = folder
        try HistoryFile.makeFolder(folder)
        writer = try HistoryFile.open("\(folder)/history.sqlite", patience: patience ?? HistoryFile.patience)
    }

    /// Closes the file; the history can't be used afterwards. Without it the file is closed with the last reference.
    public func close() throws { try writer.close() }

    /// A number that rises with every change by any process: equal numbers mean that no answer changed.
    public func dataVersion() throws -> Int64 {
        try writer.read(Self.version)
    }

    static func version(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT n FROM changes")) ?? 0
    }

    static func touch(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE changes SET n = n + 1").execute()
    }
}
