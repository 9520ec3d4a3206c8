import Glibc
import MusterCore

/// Stages that ended well somewhere and can be taken over: their keys are those that are wanted, and what they made is
/// there still as they left it.
struct FinishedStages {
    /// The folder that holds their products.
    let folder: String
    /// Records by the stages' places in the plan.
    private(set) var records: [Int: StageRecord] = [:]
    /// Stages with the wanted key that are not whole any more, and the path that shows it.
    private(set) var broken: [Int: String] = [:]

    /// Looks in `folder` for the stages of `wanted` with their `keys`.
    ///
    /// A later stage may have changed what an earlier one made. So of every path the last of the found stages counts; one
    /// of whose paths another stage has changed since is not whole and is left out.
    init(in folder: String, wanted: [Int], stages: [StageSpec], keys: [String]) {
        self.folder = folder
        for index in wanted {
            guard let record = StageRecord(stage: stages[index].name, folder: folder), record.key == keys[index] else {
                continue
            }
            records[index] = record
        }
        while let (stage, path) = firstBroken {
            records[stage] = nil
            broken[stage] = path
        }
    }

    private var firstBroken: (stage: Int, path: String)? {
        var owners: [String: (stage: Int, entry: FileList.Entry)] = [:]
        for (index, record) in records.sorted(by: { $0.key < $1.key }) {
            for entry in record.files.entries { owners[entry.path] = (index, entry) }
        }
        let changed = owners.values.first { !$0.entry.isUnchanged(in: folder) }
        return changed.map { ($0.stage, $0.entry.path) }
    }

    /// What the stages that were found made, each path once.
    var files: FileList {
        var places: [String: Int] = [:]
        var entries: [FileList.Entry] = []
        for (_, record) in records.sorted(by: { $0.key < $1.key }) {
            for entry in record.files.entries {
                if let place = places[entry.path] {
                    entries[place] = entry
                } else {
                    places[entry.path] = entries.count
                    entries.append(entry)
                }
            }
        }
        // Folders before what they hold: a folder's path is shorter than every path in it.
        return FileList(entries.sorted { ($0.path.utf8.count, $0.path) < ($1.path.utf8.count, $1.path) })
    }

    /// Puts products and records into the folder of an attempt.
    func transfer(to target: String, stages: [StageSpec], copying limit: Int64) throws(SystemError) {
        try files.transfer(from: folder, to: target, copying: limit)
        for (index, record) in records {
            try Files.replace(
                OutputPaths.stageRecord(stages[index].name, in: target),
                with: record.json(stage: stages[index].name).bytes)
        }
    }
}

/// Large files that were linked from a place that other jobs use too.
struct SharedFiles {
    /// The place.
    let folder: String
    /// The stages that made them.
    let stages: [String]
    /// The files.
    let files: FileList

    /// The first one that somebody has changed there in place.
    var changed: String? { files.entries.first { !$0.isUnchanged(in: folder) }?.path }
}
