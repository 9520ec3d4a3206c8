import MusterCore
import MusterHistory

/// What a run's history gives for the records of its end.
enum RunEnding {
    static func notification(_ record: RunRecord, _ jobs: [JobRecord]) -> RunNotification {
        let isCancelled = (try? record.history.state(of: record.summary.run).isStopped) ?? false
        let failed = jobs.filter { $0.standing != .ended(.succeeded) }
        let early = failed.sorted {
            ($0.attempts.last?.ended?.microseconds ?? .max, $0.index)
                < ($1.attempts.last?.ended?.microseconds ?? .max, $1.index)
        }
        return RunNotification(
            run: record.summary.run, config: record.summary.configPath ?? "",
            started: .local(record.summary.started ?? .now), finished: .now,
            finishedJobs: jobs.filter { $0.standing == .ended(.succeeded) }.map {
                .init(label: $0.id, folder: $0.output)
            },
            failedJobs: early.map { job in
                let ending = job.attempts.last?.ending
                return .init(
                    label: job.id, folder: job.attempts.last?.folder ?? job.output,
                    cause: ending?.cause ?? job.standing.outcome?.rawValue ?? "it has no end", tail: ending?.tail)
            }, error: isCancelled && !failed.isEmpty ? "the run was cancelled" : nil)
    }

    /// nil for a run whose results share no folder, or that has none.
    static func summary(
        _ record: RunRecord, _ jobs: [JobRecord], _ experiment: ExperimentRecord
    ) -> ExperimentSummary? {
        guard let parent = experiment.parent, let root = record.summary.outputRoot, let plan = record.plan else {
            return nil
        }
        let good = jobs.filter { $0.standing == .ended(.succeeded) }
        guard !good.isEmpty else { return nil }
        func names(_ jobs: [JobRecord]) -> [String] {
            var seen: Set<String> = []
            return jobs.map(\.scene.name).filter { seen.insert($0).inserted }
        }
        return ExperimentSummary(
            name: experiment.name, timestamp: parent, root: experiment.root(below: root), scenes: names(jobs),
            failed: names(jobs.filter { $0.standing != .ended(.succeeded) }),
            entries: good.map { job in
                let levels = plan.stages.lazy.compactMap { stage in
                    stage.parameters(at: job.point).last { $0.key == "levels" }?.value
                }.first
                return .init(
                    scene: job.scene.name, point: job.point.id, output: job.output, levels: levels ?? .null)
            }, summary: experiment.layout == nil ? "workflow_summary.json" : "summary.json")
    }
}
