import Glibc
import MusterCore

/// Keeps the record files of a pipeline that has such (`records: my3dis`) in the folders of an agent's jobs.
///
/// Nothing here can make a job fail: what can't be written is said in the agent's own output.
final class RecordKeeper {
    /// What is known of an attempt so far.
    struct Attempt {
        var entries: [StageEntry] = []
        /// `CUDA_VISIBLE_DEVICES` of the programs that have it, by their stages.
        var gpus: [String: String] = [:]
        /// Folders that products were taken over from.
        var sources: [String] = []
    }

    let folder: RunFolder
    let experiment: ExperimentRecord
    let gpuTokens: [String]?
    let system = Machine.system
    let scenes: [String]
    private(set) var attempts: [AttemptKey: Attempt] = [:]
    private(set) var probe: PythonProbe?
    private var hasAsked = false

    /// nil for a run that keeps no such records. `gpuTokens`: what the agent shares among its slots.
    init?(_ folder: RunFolder, gpuTokens: [String]?) {
        guard folder.plan.records != nil else { return nil }
        self.folder = folder
        self.gpuTokens = gpuTokens
        experiment =
            Files.json(folder.paths.experiment).flatMap(ExperimentRecord.init(json:))
            ?? ExperimentRecord(configPath: "", invokedAt: "", config: .null, name: folder.plan.sweep)
        scenes = folder.sceneNames
    }

    /// Called about once a second.
    func look(now: Int64) { probe?.look(now: now) }

    /// A stage's program was started. The first Python is asked of itself.
    func began(_ stage: StageSpec, of job: JobRun, as launch: StageLaunch, in place: StageLaunch.Place) {
        guard job.row.stages == nil else { return }
        attempts[job.key, default: Attempt()].gpus[stage.name] =
            EnvironmentTable(launch.environment)["CUDA_VISIBLE_DEVICES"]
        guard !hasAsked, let asking = PythonQuestions.stage(like: stage) else { return }
        hasAsked = true
        probe = (try? StageLaunch(stage: asking, row: job.row, place: place)).flatMap {
            PythonProbe($0, gpus: gpuTokens)
        }
    }

    /// Stages were taken over: the records beside them tell of them, as far as there are such.
    func tookOver(_ found: FinishedStages, _ job: JobRun) {
        let folders = [found.folder, Files.realPath(found.folder) ?? found.folder]
        attempts[job.key, default: Attempt()].sources += folders[0] == folders[1] ? [folders[0]] : folders
        guard job.row.stages == nil else { return }
        let summary = Files.json("\(found.folder)/\(Self.summaryName)")
        for (index, record) in found.records.sorted(by: { $0.key < $1.key }) {
            let stage = folder.plan.stages[index]
            let finished = record.origin.finished
            var entry = StageEntry(
                reused: stage.name, duration: record.duration, summary: summary?["stages"]?[stage.name])
            entry.started =
                entry.started
                ?? LocalClock.at(Timestamp(microseconds: finished.microseconds - record.duration)).iso
            entry.ended = entry.ended ?? LocalClock.at(finished).iso
            entry.parameters = stage.parameters(at: job.row.point)
            add(entry, to: job)
        }
    }

    /// A stage is over. The next one finds records of those before it.
    func ended(_ run: StageRun, of job: JobRun, _ ending: Ending) {
        guard job.row.stages == nil else { return }
        let stage = folder.plan.stages[run.index]
        let end = Machine.now
        var entry = StageEntry(
            name: stage.name, ending: ending,
            started: LocalClock.at(Timestamp(microseconds: end.microseconds - ending.duration)).iso,
            ended: LocalClock.at(end).iso)
        entry.gpus = attempts[job.key]?.gpus[stage.name]
        entry.samples = run.samples
        entry.parameters = stage.parameters(at: job.row.point)
        add(entry, to: job)
        let isLast = job.waiting.isEmpty && job.runs.isEmpty
        if ending.outcome == .succeeded, !isLast { write(job, place: job.folder) }
    }

    private func add(_ entry: StageEntry, to job: JobRun) {
        attempts[job.key, default: Attempt()].entries.append(entry)
        guard entry.ending?.outcome == .succeeded else { return }
        for skipped in experiment.skipped where skipped.behind == entry.name {
            attempts[job.key]?.entries.append(StageEntry(skipped))
        }
    }

    /// All stages ended well and the results were put in order: the last word before they are published. A shared stage run
    /// has no records, but its manifest too is to name the place where it will lie.
    func complete(_ job: JobRun, moves: [PathChanges.Move]) {
        let sources = attempts[job.key]?.sources ?? []
        changeManifest(job, PathChanges(final: job.row.output, sources: sources, moves: moves))
        guard job.row.stages == nil else { return }
        write(job, place: job.row.output, moves: experiment.layout == nil ? nil : moves)
    }

    /// The attempt is over; one that was not published keeps its records in its own folder, unless its claim was lost.
    func close(_ job: JobRun, _ ending: Ending) {
        let isLost = job.stop.map { $0.outcome == nil } ?? false
        if ending.outcome != .succeeded, !isLost, job.row.stages == nil, Files.exists(job.folder) {
            write(job, place: job.folder, error: ending.cause ?? ending.outcome.rawValue)
        }
        attempts[job.key] = nil
    }
}
