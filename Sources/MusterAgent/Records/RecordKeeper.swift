import Glibc
import MusterCore

/// Keeps the record files of a pipeline that has such (`records: my3dis`) in the folders of an agent's jobs.
///
/// Nothing here can make a job fail: what can't be written is said in the agent's own output.
final class RecordKeeper {
    /// What is known of an attempt so far.
    private struct Attempt {
        var entries: [StageEntry] = []
        /// `CUDA_VISIBLE_DEVICES` of the program started last; nil without.
        var gpus: String?
    }

    let folder: RunFolder
    let experiment: ExperimentRecord
    private let gpuTokens: [String]?
    private let system = Machine.system
    private let scenes: [String]
    private var attempts: [AttemptKey: Attempt] = [:]
    private var probe: PythonProbe?
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
        attempts[job.key, default: Attempt()].gpus = EnvironmentTable(launch.environment)["CUDA_VISIBLE_DEVICES"]
        guard !hasAsked, let asking = PythonQuestions.stage(like: stage) else { return }
        hasAsked = true
        probe = (try? StageLaunch(stage: asking, row: job.row, place: place)).flatMap {
            PythonProbe($0, gpus: gpuTokens)
        }
    }

    /// The first stages of an earlier attempt were taken over: its own records tell of them.
    func tookOver(_ earlier: EarlierAttempt, _ job: JobRun) {
        let summary = Files.json("\(earlier.folder)/\(Self.summaryName)")
        for (stage, record) in zip(folder.plan.stages, earlier.records) {
            var entry = StageEntry(
                reused: stage.name, duration: record.duration, summary: summary?["stages"]?[stage.name])
            entry.parameters = stage.parameters(at: job.row.point)
            add(entry, to: job)
        }
    }

    /// A stage is over. The next one finds records of those before it.
    func ended(_ stage: StageSpec, of job: JobRun, _ ending: Ending, samples: Int) {
        let end = Machine.now
        var entry = StageEntry(
            name: stage.name, ending: ending,
            started: LocalClock.at(Timestamp(microseconds: end.microseconds - ending.duration)).iso,
            ended: LocalClock.at(end).iso)
        entry.gpus = attempts[job.key]?.gpus
        entry.samples = samples
        entry.parameters = stage.parameters(at: job.row.point)
        add(entry, to: job)
        let isLast = stage.name == folder.plan.stages.last?.name
        if ending.outcome == .succeeded, !isLast { write(job, place: job.folder) }
    }

    private func add(_ entry: StageEntry, to job: JobRun) {
        attempts[job.key, default: Attempt()].entries.append(entry)
        guard entry.ending?.outcome == .succeeded else { return }
        for skipped in experiment.skipped where skipped.behind == entry.name {
            attempts[job.key]?.entries.append(StageEntry(skipped))
        }
    }

    /// All stages ended well and the results were put in order: the last word before they are published.
    func complete(_ job: JobRun, moves: [PathChanges.Move]) {
        let changes = PathChanges(attempt: job.folder, final: job.row.output, moves: moves)
        if let manifest = Files.json("\(job.folder)/manifest.json"), case let changed = changes.applied(to: manifest),
            changed != manifest
        {
            put(changed, "manifest.json", job)
        }
        write(job, place: job.row.output, moves: experiment.layout == nil ? nil : moves)
    }

    /// The attempt is over; one that was not published keeps its records in its own folder, unless its claim was lost.
    func close(_ job: JobRun, _ ending: Ending) {
        let isLost = job.stop.map { $0.outcome == nil } ?? false
        if ending.outcome != .succeeded, !isLost, Files.exists(job.folder) {
            write(job, place: job.folder, error: ending.cause ?? ending.outcome.rawValue)
        }
        attempts[job.key] = nil
    }

    // MARK: Writing

    private static let summaryName = "workflow_summary.json"
    private static let snapshotName = "environment_snapshot.json"

    /// The records' own names in a job's folder: they are written again and again, so a later attempt does not take them over.
    func names(of job: JobRun) -> Set<String> {
        [Self.summaryName, Self.snapshotName, StageTimings.file(folder.plan.stages, at: job.row.point)]
    }

    private func write(_ job: JobRun, place: String, moves: [PathChanges.Move]? = nil, error: String? = nil) {
        probe?.look(now: Machine.monotonic)
        let now = LocalClock.now
        let attempt = attempts[job.key] ?? Attempt()
        let snapshot = EnvironmentSnapshot(
            system: system, facts: probe?.facts ?? PythonFacts(), gpus: attempt.gpus, agentGPUs: gpuTokens
        ).json(now: now)
        var summary = WorkflowSummary(
            experiment: experiment, scenes: scenes, plan: folder.plan, row: job.row, folder: place,
            entries: attempt.entries, environment: snapshot, now: now)
        summary.found = found(in: job.folder)
        (summary.moves, summary.error) = (moves, error)
        put(snapshot, Self.snapshotName, job)
        put(
            StageTimings.json(attempt.entries, now: now), StageTimings.file(folder.plan.stages, at: job.row.point), job)
        put(summary.json, Self.summaryName, job)
        if moves != nil { put(summary.sceneJSON, "summary.json", job) }
    }

    private func found(in folder: String) -> WorkflowSummary.Found {
        var found = WorkflowSummary.Found()
        found.files = Set(WorkflowSummary.files.filter { Files.exists("\(folder)/\($0)") })
        if found.files.contains("manifest.json"), let manifest = Files.json("\(folder)/manifest.json") {
            found.levels = manifest["levels"]
            found.warnings = manifest["warnings"]?.array ?? []
        }
        return found
    }

    private func put(_ json: JSON, _ name: String, _ job: JobRun) {
        let path = "\(job.folder)/\(name)"
        do throws(SystemError) {
            if name.contains("/"), let slash = path.lastIndex(of: "/") {
                try Files.makeFolders(String(path[..<slash]))
            }
            try Files.replace(path, with: Array("\(json.pretty)\n".utf8))
        } catch {
            note("a record of job \(job.row.id) can't be written: \(error)")
        }
    }
}
