import Glibc
import MusterCore

extension RecordKeeper {
    /// Has the paths in the manifest of My3DIS name the published place. The stage that wrote it last answers for it as
    /// it is then, so that a later attempt may take that stage over.
    func changeManifest(_ job: JobRun, _ changes: PathChanges) {
        let (name, path) = ("manifest.json", "\(job.folder)/manifest.json")
        guard let manifest = Files.json(path) else { return }
        let changed = changes.applied(to: manifest)
        guard changed != manifest else { return }
        let owners = folder.plan.stages.compactMap { stage -> (String, StageRecord, Int)? in
            guard let record = StageRecord(stage: stage.name, folder: job.folder),
                let place = record.files.entries.firstIndex(where: { $0.path == name }),
                record.files.entries[place].isUnchanged(in: job.folder)
            else { return nil }
            return (stage.name, record, place)
        }
        put(changed, name, job)
        guard let status = Files.status(path) else { return }
        for (stage, old, place) in owners {
            var record = old
            record.files.entries[place].mode = status.st_mode
            record.files.entries[place].size = Int64(status.st_size)
            record.files.entries[place].changed = FileList.nanoseconds(status)
            do throws(SystemError) {
                try Files.replace(OutputPaths.stageRecord(stage, in: job.folder), with: record.json(stage: stage).bytes)
            } catch {
                note("stage '\(stage)' of job \(job.row.id) can't be recorded anew: \(error)")
            }
        }
    }
}
