import Glibc
import MusterCore

/// The files themselves.
extension RecordKeeper {
    static let summaryName = "workflow_summary.json"
    private static let snapshotName = "environment_snapshot.json"

    /// The records' own names in a job's folder: they are written again and again, so a later attempt does not take them over.
    func names(of job: JobRun) -> Set<String> {
        [Self.summaryName, Self.snapshotName, StageTimings.file(folder.plan.stages, at: job.row.point)]
    }

    func write(_ job: JobRun, place: String, moves: [PathChanges.Move]? = nil, error: String? = nil) {
        probe?.look(now: Machine.monotonic)
        let now = LocalClock.now
        let attempt = attempts[job.key] ?? Attempt()
        let snapshot = EnvironmentSnapshot(
            system: system, facts: probe?.facts ?? PythonFacts(),
            gpus: folder.plan.stages.lazy.compactMap { attempt.gpus[$0.name] }.first,
            agentGPUs: gpuTokens
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

    func put(_ json: JSON, _ name: String, _ job: JobRun) {
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
