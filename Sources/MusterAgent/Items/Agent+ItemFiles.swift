import Glibc
import MusterCore

/// Which files belong to which items: what a later attempt can take over.
///
/// A stage that says which files an item has is known by item. Of another one everything that a batch has made is known
/// when all its workers have ended well: files that a failed worker left half-written must not come along.
extension Agent {
    /// Why a worker that ended well has not done its items; nil when it has.
    func lacking(_ share: ItemShare, _ run: StageRun, of job: JobRun) -> String? {
        guard let spec = stages[run.index].items else { return nil }
        let layout = Layout(folder: job.folder)
        for item in share.items {
            let patterns = spec.patterns(of: item)
            guard !patterns.isEmpty, !patterns.contains(where: layout.holds) else { continue }
            return "ended well but made nothing of item \(item) (\(patterns.map(\.text).joined(separator: ", ")))"
        }
        return nil
    }

    /// Remembers what the folder holds before a batch.
    func openBatch(_ run: StageRun, of job: JobRun) {
        recordBatch(run, of: job)
        run.items?.isMixed = false
        run.items?.unrecorded = []
        if stages[run.index].items?.files.isEmpty == true { run.items?.before = FileList(folder: job.folder) }
    }

    /// Writes down that the items of a share are done, at once where their files are known.
    func record(_ share: ItemShare, _ run: StageRun, of job: JobRun) {
        guard let spec = stages[run.index].items else { return }
        guard !spec.files.isEmpty else {
            run.items?.unrecorded.append(share)
            return
        }
        let layout = Layout(folder: job.folder)
        guard let now = FileList(folder: job.folder) else { return }
        let files = now.within(share.items.flatMap { spec.patterns(of: $0).flatMap(layout.paths) })
        let shared = now.within(spec.sharedPatterns.flatMap(layout.paths)).entries.map(\.path)
        write(.init(items: share.items, files: files, shared: shared), run, of: job)
    }

    /// Writes down the items of a batch that has ended, when all of it is well and nothing else wrote into the folder.
    func recordBatch(_ run: StageRun, of job: JobRun) {
        defer {
            run.items?.unrecorded = []
            run.items?.before = nil
        }
        guard let items = run.items, !items.unrecorded.isEmpty, !items.isMixed, !run.hadCompany,
            let before = items.before, let now = FileList(folder: job.folder)
        else { return }
        let made = now.changes(since: before)
        let done = items.unrecorded.reduce(into: ItemSet()) { $0.insert($1.items) }
        for range in done.ranges { write(.init(items: range, files: made, shared: []), run, of: job) }
    }

    private func write(_ stretch: ItemRecords.Stretch, _ run: StageRun, of job: JobRun) {
        // A claim that was lost makes this folder nobody's.
        if let stop = job.stop, stop.outcome == nil { return }
        do {
            try ItemRecords.append(stretch, of: run.name, key: job.keys[run.index], in: job.folder)
        } catch {
            note(
                "items of stage '\(run.name)' of job \(job.row.id) can't be recorded, a retry will repeat them: \(error)"
            )
        }
    }

    /// A stage is begun again in the same folder: what it has done of its items stays done.
    func keepItems(_ run: StageRun, of job: JobRun) {
        guard let done = run.items?.ledger?.done else { return }
        job.items.taken[run.index] = done
        guard let before = run.before, let now = FileList(folder: job.folder) else { return }
        job.items.takenFiles[run.index, default: []].formUnion(now.changes(since: before).entries.map(\.path))
    }

    /// Takes over items that earlier attempts have done of stages that nobody has finished.
    func takeOverItems(_ job: JobRun, from sources: [StagePlaces.Place], copying limit: Int64) {
        for source in sources {
            for index in job.waiting where stages[index].items != nil {
                let records = ItemRecords(of: stages[index].name, key: job.keys[index], in: source.folder)
                let stretches = records.usable(besides: job.items.taken[index] ?? ItemSet())
                guard !stretches.isEmpty else { continue }
                let files = FileList(
                    records.files(of: stretches).entries.filter {
                        $0.mode & S_IFMT == S_IFDIR || !Files.exists("\(job.folder)/\($0.path)")
                    })
                let copies = stages[index].sharing == .copy
                do {
                    try files.transfer(
                        from: source.folder, to: job.folder, copying: source.isPrivate ? -1 : copies ? .max : limit)
                    for stretch in stretches {
                        try ItemRecords.append(
                            stretch, of: stages[index].name, key: job.keys[index], in: job.folder)
                    }
                } catch {
                    job.failure = Ending(
                        outcome: .failed, cause: "can't take over finished items from \(source.folder): \(error)")
                    return
                }
                if !source.isPrivate, !copies {
                    let large = files.entries.filter { $0.mode & S_IFMT == S_IFREG && $0.size > limit }
                    job.shared.append(
                        SharedFiles(folder: source.folder, stages: [stages[index].name], files: FileList(large)))
                }
                for stretch in stretches { job.items.taken[index, default: ItemSet()].insert(stretch.items) }
                job.items.takenFiles[index, default: []].formUnion(files.entries.map(\.path))
            }
        }
    }
}
