import GRDB
import MusterCore
import MusterHistory
import MusterProvenance
import Testing

@Suite struct DatasetTests {
    private func content(_ names: [String], _ text: String = "x") -> DatasetContent {
        DatasetContent(names.map { DatasetFile(path: $0, size: 1, sha256: SHA256.hex(Array("\(text)\($0)".utf8))) })
    }
    private func entry(
        _ content: DatasetContent, _ version: DatasetSpec.Version = .first, name: String = "cells", text: String = ""
    ) -> DatasetEntry {
        DatasetEntry(
            name: name, version: version, description: text, content: content.digest, fileCount: content.files.count,
            bytes: content.bytes, host: "h", folder: "/f", user: "u")
    }
    private func at(_ second: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + second) }
    private func reference(_ text: String) throws -> DatasetReference { try #require(DatasetReference(text)) }

    private func dump(_ folder: StateFolder) throws -> [String] {
        try DatabaseQueue(path: "\(folder.path)/history.sqlite").read { db in
            try ["datasets", "dataset_versions", "dataset_members"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }.sorted()
            }
        }
    }

    @Test func versionsAreFoundAndTheLatestIsMeant() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let (one, two) = (content(["s1/a"]), content(["s1/a", "s2/a"]))
        try history.register(entry(one), one, at: at(0))
        try history.register(entry(two, .init(1, 10, 0)), two, at: at(1))
        try history.register(entry(two, .init(1, 9, 0), text: "later, and less"), two, at: at(2))
        #expect(try history.dataset(reference("cells")).entry.version == .init(1, 10, 0))
        #expect(try history.content(of: history.dataset(reference("cells@1.0.0"))) == one)
        #expect(try history.datasets().count == 3)
        #expect(throws: HistoryError.noSuchDataset("cell", known: ["cells"])) { try history.dataset(reference("cell")) }
        #expect(throws: HistoryError.noSuchDatasetVersion("cells@3.0.0", known: ["1.10.0", "1.9.0", "1.0.0"])) {
            try history.dataset(reference("cells@3.0.0"))
        }
    }

    @Test func twoMachinesAgreeAlsoWhereTheyMadeTheSameVersion() throws {
        let (left, right) = (StateFolder(), StateFolder())
        let (one, two) = (try left.history(), try right.history())
        let (mine, theirs) = (content(["s1/a"]), content(["s1/a"], "y"))
        try one.register(entry(mine, text: "mine"), mine, at: at(5))
        try two.register(entry(theirs, text: "theirs"), theirs, at: at(4))
        try two.register(entry(mine, .init(2, 0, 0)), mine, at: at(6))
        _ = try two.merge(left.path)
        _ = try one.merge(right.path)
        #expect(try dump(left) == dump(right))
        let found = try one.dataset(reference("cells@1.0.0"))
        #expect(found.entry.description == "theirs" && found.others == [mine.digest], "the earlier one counts")
        #expect(try one.content(of: found) == theirs)
        let before = try dump(left)
        _ = try one.rebuild()
        #expect(try dump(left) == before)
        #expect(try one.merge(right.path).facts == 0 && one.runs().isEmpty)
    }

    @Test func aContentThatIsNotWholeIsNoneAndManyFilesAreSeveralFacts() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let whole = content((0..<450).map { "s/\($0)" })
        try history.register(entry(whole), whole, at: at(0))
        #expect(try history.content(of: history.dataset(reference("cells"))) == whole)
        let facts = try DatabaseQueue(path: "\(folder.path)/history.sqlite").read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM facts WHERE kind = 'dataset.files'")
        }
        #expect(facts == 3)
        let other = StateFolder()
        let lost = try other.history()
        try lost.tell([.datasetFiles(content: whole.digest, Array(whole.files.prefix(200)))], at: at(1))
        try lost.tell([.datasetRegistered(entry(whole))], at: at(1))
        #expect(throws: HistoryError.incompleteDataset("cells@1.0.0")) {
            try lost.content(of: lost.dataset(reference("cells")))
        }
    }

    @Test func aFileOfTheSixthFormLearnsOfDataSets() throws {
        let folder = StateFolder()
        try folder.history().close()
        try DatabaseQueue(path: "\(folder.path)/history.sqlite").write { db in
            try db.execute(sql: "\(withoutDatasets) PRAGMA user_version = 6")
        }
        let history = try folder.history()
        let one = content(["s1/a"])
        try history.register(entry(one), one, at: at(0))
        #expect(try history.dataset(reference("cells@1.0.0")).entry.content == one.digest)
    }
}
