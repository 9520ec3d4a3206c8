import Glibc
import MusterCore

/// Results on disk: what an attempt takes over, records and publishes.
struct Publication {
    let row: JobRow
    let run: String

    /// What publishing came to.
    enum Verdict {
        case published
        /// Another attempt of the same job was first.
        case superseded
        /// The place can't be taken; why, in words.
        case refused(String)
    }

    /// True when the published result there was made from the same scene, point and stages.
    var isCached: Bool { recordedKey(in: row.output) == row.key }

    private func recordedKey(in folder: String) -> String? {
        Disk.json(OutputPaths.jobRecord(in: folder))?["key"]?.string
    }

    /// Publishes an attempt's folder by one rename, which fails when the place is taken.
    func publish(_ folder: String, attempt: AttemptKey) -> Verdict {
        let record = JSON.object([
            "schema": 1, "key": .string(row.key), "job": .string(row.id), "run": .string(run),
            "generation": .int(attempt.generation), "element": .string(attempt.element),
            "restart": .int(attempt.restart), "published": .string(Machine.now.description),
        ])
        do {
            try Disk.replace(OutputPaths.jobRecord(in: folder), with: record.bytes)
        } catch {
            return .refused("\(error)")
        }
        for _ in 0..<3 {
            if rename(folder, row.output) == 0 { return .published }
            let code = errno
            guard code == ENOTEMPTY || code == EEXIST || code == ENOTDIR else {
                return .refused("cannot rename \(folder) to \(row.output): \(String(cString: strerror(code)))")
            }
            guard let key = recordedKey(in: row.output) else {
                return .refused(
                    "'\(row.output)' is there and was not made by muster; move it away or choose another output_root")
            }
            if key == row.key { return .superseded }
            // An older result of other parameters gives way, and stays beside.
            let aside = "\(OutputPaths(final: row.output).aside).\(run).\(Machine.monotonic)"
            guard rename(row.output, aside) == 0 || errno == ENOENT else {
                return .refused("cannot move the older result \(row.output) aside: \(String(cString: strerror(errno)))")
            }
        }
        return .refused("'\(row.output)' is taken again and again")
    }

    /// Records that a stage has succeeded and which files were there then.
    func record(stage: String, in folder: String) {
        let files = Disk.tree(folder).map { JSON.array([.string($0.path), .int($0.isFolder ? -1 : $0.size)]) }
        let record = JSON.object(["key": .string(row.key), "stage": .string(stage), "files": .array(files)])
        try? Disk.replace(OutputPaths.stageRecord(stage, in: folder), with: record.bytes)
    }

    /// Takes over what earlier attempts of this run had finished: links the files that stood there when their last
    /// finished stage ended, and returns how many stages that saves.
    func takeOver(into folder: String, stages: [String]) -> Int {
        let parent = String(row.output[..<(row.output.lastIndex(of: "/") ?? row.output.startIndex)])
        let prefix = OutputPaths(final: row.output).attemptPrefix(run: run)
        var best: (count: Int, folder: String) = (0, "")
        for name in Disk.names(in: parent) where "\(parent)/\(name)".hasPrefix(prefix) && "\(parent)/\(name)" != folder
        {
            let candidate = "\(parent)/\(name)"
            let count = stages.prefix {
                Disk.json(OutputPaths.stageRecord($0, in: candidate))?["key"]?.string == row.key
            }.count
            if count > best.count { best = (count, candidate) }
        }
        guard best.count > 0 else { return 0 }
        let record = Disk.json(OutputPaths.stageRecord(stages[best.count - 1], in: best.folder))
        for entry in record?["files"]?.array ?? [] {
            guard let pair = entry.array, pair.count == 2, let path = pair[0].string, let size = pair[1].int else {
                return 0
            }
            let (from, to) = ("\(best.folder)/\(path)", "\(folder)/\(path)")
            if size < 0 {
                guard (try? Disk.makeFolders(to)) != nil else { return 0 }
            } else {
                var status = stat()
                guard lstat(from, &status) == 0, Int64(status.st_size) == size, link(from, to) == 0 || errno == EEXIST
                else { return 0 }
            }
        }
        for stage in stages.prefix(best.count) {
            link(OutputPaths.stageRecord(stage, in: best.folder), OutputPaths.stageRecord(stage, in: folder))
        }
        return best.count
    }
}
