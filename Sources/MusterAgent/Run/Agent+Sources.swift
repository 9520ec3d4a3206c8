import Glibc
import MusterCore

/// Taking over what was made before: by shared stage runs, by earlier attempts, or as the job's own older result.
extension Agent {
    /// Files up to this size are copied from places that others use too; larger ones are linked.
    private static let mostCopied: Int64 = 1 << 20

    /// Takes over every stage that is finished somewhere; when that fails half-way, the job fails with the cause rather
    /// than run on a mixture.
    func takeOver(_ job: JobRun, output: OutputPaths) {
        let sources = sources(of: job, output: output)
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
                job.waiting.removeAll { $0 == index }
            }
            keeper?.tookOver(found, job)
        }
    }

    /// Folders that may hold finished stages of a job; a private one is an attempt's, which nobody else will use.
    private func sources(of job: JobRun, output: OutputPaths) -> [(folder: String, isPrivate: Bool)] {
        var folders: [(folder: String, isPrivate: Bool)] = []
        if hasStore || !job.row.uses.isEmpty {
            let root = folder.plan.outputRoot
            folders += job.waiting.map { (OutputPaths.stored(stages[$0].name, key: job.keys[$0], below: root), false) }
        }
        folders += attempts(of: job, output: output).map { ($0, true) }
        folders.append((output.final, false))
        if job.row.stages != nil { folders += folder.users(of: job.row.index).map { ($0.output, false) } }
        return folders
    }

    /// Folders of other attempts at the job's result, the latest first. The folder around it is read once, or again when
    /// the job has been tried before.
    func attempts(of job: JobRun, output: OutputPaths) -> [String] {
        guard let slash = output.final.lastIndex(of: "/") else { return [] }
        let parent = String(output.final[..<slash])
        if job.key.generation > 0 || job.key.restart > 0 { attemptNames[parent] = nil }
        if attemptNames[parent] == nil {
            attemptNames[parent] = (Files.names(in: parent) ?? []).filter { $0.contains(".attempt.") }.sorted(by: >)
        }
        let stem = ".\(output.final[slash...].dropFirst()).attempt."
        let own = job.folder[slash...].dropFirst()
        return (attemptNames[parent] ?? []).filter { $0.hasPrefix(stem) && $0 != own }.map { "\(parent)/\($0)" }
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
