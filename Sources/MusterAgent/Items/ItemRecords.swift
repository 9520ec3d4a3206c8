import Glibc
import MusterCore

/// `.muster/items.STAGE.jsonl` of an attempt: a line for every stretch of items that is done, with its files.
///
/// A line is appended by one write, so a kill tears off the last one at most, which is then read as not written.
struct ItemRecords {
    /// A stretch that is done.
    struct Stretch {
        var items: ClosedRange<Int>
        /// The files of these items alone, as they looked.
        var files: FileList
        /// Files that all workers write; they may change afterwards.
        var shared: [String]
    }

    /// The attempt's folder, or the result's.
    let folder: String
    /// In the order in which they were done.
    private(set) var stretches: [Stretch] = []
    /// Of every path the entry that was written down last.
    private var latest: [String: FileList.Entry] = [:]

    /// Reads those of a stage with this key.
    init(of stage: String, key: String, in folder: String) {
        self.folder = folder
        guard let bytes = try? Files.read(OutputPaths.itemRecords(stage, in: folder)) else { return }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let json = try? JSON(parsing: line), json["schema"]?.int == 1, json["key"]?.string == key,
                let first = json["first"]?.int, let last = json["last"]?.int, 0 <= first, first <= last,
                let files = json["files"].flatMap(FileList.init(json:))
            else { continue }
            let shared = (json["shared"]?.array ?? []).compactMap(\.string)
            stretches.append(
                Stretch(items: Int(clamping: first)...Int(clamping: last), files: files, shared: shared))
            for entry in files.entries { latest[entry.path] = entry }
        }
    }

    /// The stretches whose files are there as they were left, each item once, without those of `known`.
    func usable(besides known: ItemSet) -> [Stretch] {
        var known = known
        return stretches.filter { stretch in
            guard !known.overlaps(stretch.items),
                stretch.files.entries.allSatisfy({ (latest[$0.path] ?? $0).isUnchanged(in: folder) }),
                stretch.shared.allSatisfy({ Files.exists("\(folder)/\($0)") })
            else { return false }
            known.insert(stretch.items)
            return true
        }
    }

    /// The files of these stretches as they are now, each once, folders before what they hold.
    func files(of stretches: [Stretch]) -> FileList {
        var entries: [String: FileList.Entry] = [:]
        for entry in stretches.flatMap(\.files.entries) { entries[entry.path] = latest[entry.path] }
        let shared = Set(stretches.flatMap(\.shared))
        if !shared.isEmpty, let now = FileList(folder: folder) {
            for entry in now.within(Array(shared)).entries { entries[entry.path] = entry }
        }
        return FileList(entries.values.sorted { ($0.path.utf8.count, $0.path) < ($1.path.utf8.count, $1.path) })
    }

    /// Writes a stretch down in an attempt's folder.
    static func append(_ stretch: Stretch, of stage: String, key: String, in folder: String) throws(SystemError) {
        let json = JSON.object([
            "schema": 1, "stage": .string(stage), "key": .string(key), "first": .int(stretch.items.lowerBound),
            "last": .int(stretch.items.upperBound), "files": stretch.files.json,
            "shared": stretch.shared.isEmpty ? nil : .strings(stretch.shared),
        ])
        let path = OutputPaths.itemRecords(stage, in: folder)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        // Behind what a kill may have torn off, a line begins anew.
        try Files.writeAll(descriptor, [UInt8(ascii: "\n")] + json.bytes + [UInt8(ascii: "\n")], path)
    }
}
