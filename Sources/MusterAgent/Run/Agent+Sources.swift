import Glibc
import MusterCore

/// Taking over what was made before: by shared stage runs, by earlier attempts, or as the job's own older result.
extension Agent {
    /// Files up to this size are copied from places that others use too; larger ones are linked.
    private static let mostCopied: Int64 = 1 << 20

    /// Takes over every stage that is finished somewhere; when that fails half-way, the job fails with the cause rather
    /// than run on a mixture.
    func takeOver(_ job: JobRun) {
        let sources = places.places(
            of: job.row, wanted: job.waiting, keys: job.keys, users: folder.users(of: job.row.index), own: job.folder,
            isRepeated: job.key.generation > 0 || job.key.restart > 0)
        defer { if job.failure == nil { takeOverItems(job, from: sources, copying: Self.mostCopied) } }
        for source in sources where !job.waiting.isEmpty {
            let found = FinishedStages(in: source.folder, wanted: job.waiting, stages: stages, keys: job.keys)
            guard !found.records.isEmpty else { continue }
            let copies = found.records.keys.contains { stages[$0].sharing == .copy }
            do {
                try found.transfer(
                    to: job.folder, stages: stages, copying: source.isPrivate ? -1 : copies ? .max : Self.mostCopied)
            } catch {
                job.failure = Ending(
                    outcome: .failed, cause: "can't take over finished stages from \(found.folder): \(error)")
                return
            }
            job.known = nil
            takeOverSums(found.files, from: found.folder, of: job)
            if !source.isPrivate, !copies {
                let large = found.files.entries.filter { $0.mode & S_IFMT == S_IFREG && $0.size > Self.mostCopied }
                job.shared.append(
                    SharedFiles(
                        folder: found.folder, stages: found.records.keys.sorted().map { stages[$0].name },
                        files: FileList(large)))
            }
            for (index, record) in found.records.sorted(by: { $0.key < $1.key }) {
                let ending = Ending(outcome: .succeeded, duration: record.duration)
                outbox.append(.stageEnded(job.key, stage: stages[index].name, ending, reused: true))
                job.done.insert(index)
                job.assets[index] = record.assets
                job.waiting.removeAll { $0 == index }
            }
            keeper?.tookOver(found, job)
        }
    }

    /// Says so when a stage has changed in place what others share: that is no product any more, and nobody's results
    /// that were linked from it are.
    func spoiled(by run: StageRun, of job: JobRun) -> String? {
        for source in job.shared {
            guard let path = source.changed else { continue }
            for stage in source.stages {
                unlink(OutputPaths.stageRecord(stage, in: source.folder))
                unlink(OutputPaths.itemRecords(stage, in: source.folder))
            }
            return
                "stage '\(run.name)' changed '\(path)' in place, which \(source.stages.joined(separator: ", ")) made for several jobs; say 'share: copy' there, or have it write a new file"
        }
        return nil
    }
}
