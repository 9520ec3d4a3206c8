import GRDB
public import MusterCore
public import MusterProvenance

/// A version of a data set as the history knows it.
public struct DatasetRecord: Equatable, Sendable {
    /// As it was registered.
    public var entry: DatasetEntry
    /// When.
    public var registered: Timestamp
    /// Digests of other contents that other machines gave the same version, later.
    public var others: [String] = []

    /// As a JSON object.
    public var json: JSON {
        .object([
            "id": .string("\(ResourceID.dataset(entry.name))"), "name": .string(entry.name),
            "version": .string("\(entry.version)"), "description": .string(entry.description),
            "content": .string(entry.content), "files": .int(entry.fileCount), "bytes": .int(entry.bytes),
            "cluster": .string(entry.cluster), "host": .string(entry.host), "folder": .string(entry.folder),
            "user": .string(entry.user), "registered": .string("\(registered)"),
            "others": others.isEmpty ? nil : .strings(others),
        ])
    }
}

extension History {
    /// All versions of all data sets, by name, the latest first.
    public func datasets() throws -> [DatasetRecord] {
        try writer.read { db in
            let sql = """
                SELECT * FROM dataset_versions
                ORDER BY dataset, major DESC, minor DESC, patch DESC, registered, source, seq
                """
            var records: [DatasetRecord] = []
            for row in try Row.fetchAll(db, sql: sql) {
                let record = Self.dataset(row)
                // Of several contents of one version the first that was registered is it.
                if let last = records.last?.entry, last.reference == record.entry.reference {
                    records[records.count - 1].others.append(record.entry.content)
                } else {
                    records.append(record)
                }
            }
            return records
        }
    }

    /// The version that is meant: the latest where none is named.
    ///
    /// Throws `HistoryError.noSuchDataset` or `.noSuchDatasetVersion`.
    public func dataset(_ reference: DatasetReference) throws -> DatasetRecord {
        let all = try datasets()
        let versions = all.filter { $0.entry.name == reference.name }
        guard let latest = versions.first else {
            throw HistoryError.noSuchDataset(reference.name, known: Array(Set(all.map(\.entry.name))).sorted())
        }
        guard let version = reference.version else { return latest }
        guard let found = versions.first(where: { $0.entry.version == version }) else {
            throw HistoryError.noSuchDatasetVersion(
                "\(reference)", known: versions.map { "\($0.entry.version)" })
        }
        return found
    }

    /// The files of a version.
    ///
    /// Throws `HistoryError.incompleteDataset` where not all of them are known: then their digest is not the version's.
    public func content(of record: DatasetRecord) throws -> DatasetContent {
        let files = try writer.read { db in
            try Row.fetchAll(
                db, sql: "SELECT path, size, sha256 FROM dataset_members WHERE content = ?",
                arguments: [record.entry.content]
            ).map { DatasetFile(path: $0["path"], size: $0["size"], sha256: $0["sha256"]) }
        }
        let content = DatasetContent(files)
        guard content.digest == record.entry.content else {
            throw HistoryError.incompleteDataset(record.entry.reference)
        }
        return content
    }

    /// Registers a version with its files, in one transaction; files of a content that is known are not told again.
    public func register(_ entry: DatasetEntry, _ content: DatasetContent, at time: Timestamp) throws {
        let isKnown = try datasets().contains { $0.entry.content == entry.content || $0.others.contains(entry.content) }
        let files = content.files
        let parts: [ProvenanceFact] =
            isKnown
            ? []
            : stride(from: 0, to: files.count, by: Self.mostUses).map { start in
                .datasetFiles(
                    content: entry.content, Array(files[start..<min(start + Self.mostUses, files.count)]))
            }
        try tell(parts + [.datasetRegistered(entry)], at: time)
    }

    private static func dataset(_ row: Row) -> DatasetRecord {
        DatasetRecord(
            entry: DatasetEntry(
                name: row["dataset"], version: .init(row["major"], row["minor"], row["patch"]),
                description: row["description"], content: row["content"], fileCount: row["files"], bytes: row["bytes"],
                cluster: row["cluster"], host: row["host"], folder: row["folder"], user: row["user"]),
            registered: Timestamp(microseconds: row["registered"]))
    }
}
