import ArgumentParser
import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Name the contents of data sets, and look whether they are still the same.",
        discussion: """
            A data set is a folder of scenes. Its versions are known by the checksums of all of its files; \
            NAME stands for the latest, NAME@1.2.0 for that one.
            """,
        subcommands: [
            List.self, Show.self, Create.self, Update.self, Verify.self, DatasetBag.self, DatasetImport.self,
        ],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List data sets with their latest versions.")
        @Flag(help: "List all versions.") var all = false
        @OptionGroup var form: FormOptions
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            var records = try RunRecord.openHistory().datasets()
            if !all {
                var seen: Set<String> = []
                records = records.filter { seen.insert($0.entry.name).inserted }
            }
            if json {
                return Terminal.print(JSON.object(["schema": 1, "datasets": .array(records.map(\.json))]).line)
            }
            let names = ["dataset", "version", "files", "bytes", "registered", "place", "description"]
            let rows = records.map { record -> [JSON] in
                let entry = record.entry
                return [
                    .string(entry.name), .string("\(entry.version)"), .int(entry.fileCount), .int(entry.bytes),
                    .string("\(record.registered)"), .string(DatasetText.place(entry)), .string(entry.description),
                ]
            }
            let isTable = !form.csv && !form.jsonl
            form.print(
                QueryResult(columns: isTable ? names.map { $0.uppercased() } : names, rows: rows), right: [2, 3])
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a version with its members, and the other versions there are.")
        @Argument(help: "NAME or NAME@VERSION.") var dataset: String
        @Flag(help: "Show all files with their checksums.") var files = false
        @Flag(help: "Print one JSON object; it has all files.") var json = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let record = try DatasetText.find(dataset, history)
            let content = try history.content(of: record)
            let entry = record.entry
            let versions = try history.datasets().filter { $0.entry.name == entry.name }
            if json {
                return Terminal.print(
                    JSON.object([
                        "schema": 1, "dataset": record.json, "members": .strings(content.members),
                        "files": .array(content.files.map(\.json)),
                        "versions": .strings(versions.map { "\($0.entry.version)" }),
                    ]).line)
            }
            DatasetText.warn(record)
            Terminal.print("\(entry.reference)  \(DatasetText.size(entry.fileCount, entry.bytes))")
            let rows = [
                ("description", entry.description), ("id", "\(ResourceID.dataset(entry.name))"),
                ("content", entry.content), ("place", DatasetText.place(entry)),
                ("registered", "\(record.registered) by \(entry.user)"),
                ("versions", versions.map { "\($0.entry.version)" }.joined(separator: ", ")),
            ]
            for (name, value) in rows where !value.isEmpty { Terminal.print("  \(name): \(value.visible)") }
            for file in content.files where files {
                Terminal.print("  \(file.sha256)  \(file.size)  \(file.path.visible)")
            }
            guard !files else { return }
            for (member, files) in content.parts {
                let bytes = files.reduce(0) { $0 + $1.size }
                Terminal.print("  \(member.visible)  \(DatasetText.size(files.count, bytes))")
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look whether a folder holds a version: what is missing, changed, or not in it.",
            discussion: "Ends with 1 where something differs. Without FOLDER it is looked at where it was registered.")
        @Argument(help: "NAME or NAME@VERSION.") var dataset: String
        @Argument(help: "The folder; of a bag its files are meant.") var folder: String?
        @Option(help: "The cluster on which FOLDER lies.") var on: String?
        @Flag(help: "Compare names and sizes, and read no file.") var sizes = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            let history = try RunRecord.openHistory()
            let record = try DatasetText.find(dataset, history)
            DatasetText.warn(record)
            let content = try history.content(of: record)
            var place: DatasetPlace
            if let folder {
                place = try await .find(folder, on: on)
                let isBag = place.isHere && FileManager.default.fileExists(atPath: "\(place.folder)/bagit.txt")
                if isBag { place.folder += "/data" }
            } else if on != nil {
                throw ExitStatus.usage("--on says where FOLDER lies; name it too")
            } else {
                place = try await .of(record.entry)
            }
            let difference = try await DatasetLook(place: place).difference(from: content, bySize: sizes)
            if json {
                func names(_ files: [DatasetFile]) -> JSON { .strings(files.map(\.path)) }
                Terminal.print(
                    JSON.object([
                        "schema": 1, "dataset": .string(record.entry.reference), "folder": .string(place.folder),
                        "same": .bool(difference.isEmpty), "missing": names(difference.missing),
                        "changed": names(difference.changed), "added": names(difference.added),
                    ]).line)
            } else if difference.isEmpty {
                let what = sizes ? "names and sizes are those of" : "is"
                Terminal.print("\(place.folder) \(what) \(record.entry.reference)")
            } else {
                Terminal.print("\(place.folder) is not \(record.entry.reference):")
                for line in difference.lines(limit: .max) { Terminal.print("  \(line.visible)") }
            }
            if !difference.isEmpty { throw ExitStatus.someFailed }
        }
    }
}
