import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// How people write data sets on the command line, and how they are told of them.
enum DatasetText {
    /// `NAME` or `NAME@VERSION`.
    static func reference(_ text: String) throws -> DatasetReference {
        guard let reference = DatasetReference(text) else {
            throw ExitStatus.usage(
                "'\(text)' is neither NAME nor NAME@MAJOR.MINOR.PATCH; \(DatasetReference.rule)")
        }
        return reference
    }

    /// A name without a version.
    static func name(_ text: String) throws -> String {
        guard let reference = DatasetReference(name: text) else {
            throw ExitStatus.usage("'\(text)' is no name of a data set; \(DatasetReference.rule)")
        }
        return reference.name
    }

    /// The history says no such thing: a mistake of whoever typed it.
    static func find(_ text: String, _ history: History) throws -> DatasetRecord {
        let reference = try reference(text)
        do {
            return try history.dataset(reference)
        } catch let error as HistoryError {
            throw ExitStatus.usage("\(error)")
        }
    }

    /// Files, and bytes for people.
    static func size(_ count: Int, _ bytes: Int64) -> String {
        "\(count) \(count == 1 ? "file" : "files"), \(ByteCount(bytes))"
    }

    /// What lies where, in a word for people.
    static func place(_ entry: DatasetEntry) -> String {
        entry.cluster == "local" ? "\(entry.host):\(entry.folder)" : "\(entry.cluster):\(entry.folder)"
    }

    /// Says that a version warrants a look: another machine gave it another content.
    static func warn(_ record: DatasetRecord) {
        guard !record.others.isEmpty else { return }
        Terminal.complain(
            "warning: \(record.entry.reference) was registered \(record.others.count + 1) times with different contents, on machines that did not know of each other; the first counts (\(DatasetText.place(record.entry)))"
        )
    }
}

/// Registers versions.
struct DatasetRegistration {
    let history: History
    let place: DatasetPlace

    /// A version of the content that lies there.
    func entry(
        _ name: String, _ version: DatasetSpec.Version, _ content: DatasetContent, description: String
    ) -> DatasetEntry {
        DatasetEntry(
            name: name, version: version, description: description, content: content.digest,
            fileCount: content.files.count, bytes: content.bytes, cluster: place.cluster, host: place.machine,
            folder: place.folder, user: ClientIdentity.user)
    }

    /// Registers and says so.
    func register(_ entry: DatasetEntry, _ content: DatasetContent) throws {
        guard !content.files.isEmpty else { throw ExitStatus.usage("there is no file in '\(place.folder)'") }
        try history.register(entry, content, at: .now)
        Terminal.print(
            "\(entry.reference): \(content.members.count) members, \(DatasetText.size(entry.fileCount, entry.bytes))")
    }
}
