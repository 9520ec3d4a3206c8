import MusterCore

/// What an earlier attempt of the same job in the same run left that can be taken over: its first stages, as far as
/// each ended well, was the same, and left its files as they are still.
struct EarlierAttempt {
    /// The attempt's folder.
    var folder: String
    /// Records of its first stages, in order; never all of the pipeline's.
    var records: [StageRecord]

    /// The attempt with the most finished stages; nil when none has any.
    static func best(output: OutputPaths, run: String, own: String, stages: [StageSpec], prints: [String])
        -> EarlierAttempt?
    {
        guard let slash = own.lastIndex(of: "/") else { return nil }
        let parent = String(own[..<slash])
        // The name of an attempt's folder ends in its generation and restart.
        let name = own[own.index(after: slash)...]
        let stem = name.split(separator: ".", omittingEmptySubsequences: false).dropLast(2).joined(separator: ".") + "."
        var best: EarlierAttempt?
        for other in (Files.names(in: parent) ?? []).sorted() where other.hasPrefix(stem) && other != name {
            let folder = "\(parent)/\(other)"
            let records = finished(in: folder, stages: stages, prints: prints)
            if !records.isEmpty, records.count >= best?.records.count ?? 0 {
                best = EarlierAttempt(folder: folder, records: records)
            }
        }
        return best
    }

    /// The folder of the latest attempt before the one in `own`; nil when there is none.
    static func latest(run: String, own: String) -> String? {
        guard let slash = own.lastIndex(of: "/") else { return nil }
        let parent = String(own[..<slash])
        func parts(_ name: some StringProtocol) -> (stem: String, place: (Int, Int))? {
            let words = name.split(separator: ".", omittingEmptySubsequences: false)
            guard words.count > 2, let generation = Int(words[words.count - 2]),
                let restart = Int(words[words.count - 1])
            else { return nil }
            return (words.dropLast(2).joined(separator: "."), (generation, restart))
        }
        guard let mine = parts(own[own.index(after: slash)...]) else { return nil }
        let others = (Files.names(in: parent) ?? []).compactMap { name in
            parts(name).flatMap { $0.stem == mine.stem && $0.place < mine.place ? (name, $0.place) : nil }
        }
        return others.max { $0.1 < $1.1 }.map { "\(parent)/\($0.0)" }
    }

    private static func finished(in folder: String, stages: [StageSpec], prints: [String]) -> [StageRecord] {
        var records: [StageRecord] = []
        for (stage, print) in zip(stages, prints).dropLast() {
            guard let record = StageRecord(stage: stage.name, folder: folder), record.fingerprint == print,
                record.files != nil
            else { break }
            records.append(record)
        }
        // A later stage may have changed what an earlier one made: the state behind the last one taken must be whole.
        while let files = records.last?.files, !files.holds(in: folder) { records.removeLast() }
        return records
    }

    /// Puts the files and records into the new attempt's folder.
    func transfer(to folder: String, stages: [StageSpec]) throws(SystemError) {
        try records.last?.files?.transfer(from: self.folder, to: folder)
        for (stage, record) in zip(stages, records) {
            try Files.replace(
                OutputPaths.stageRecord(stage.name, in: folder), with: record.json(stage: stage.name).bytes)
        }
    }
}
