public import MusterCore

/// The reports of `--json`, version 1 of their form.
public enum HistoryReport {
    /// Scheduler programs that every report names, also when they were never started.
    static let commands = ["sbatch", "squeue", "sacct", "scancel", "scontrol", "sinfo", "sacctmgr", "srun"]

    /// One run with its jobs, attempts and stages. Times are UTC in ISO 8601, durations seconds, sizes bytes; what is
    /// not known is null.
    public static func json(_ run: RunSummary, jobs: [JobRecord], calls: [String: Int64]) -> JSON {
        .object([
            "schema": 1, "run": .string(run.run), "sweep": .string(run.sweep), "cluster": .string(run.cluster),
            "way": run.way.map { .string($0) } ?? .null, "results": text(run.outputRoot), "home": text(run.home),
            "started": time(run.started), "ended": time(run.ended), "jobs": .array(jobs.map(json)),
            "scheduler_calls": .object(commands.map { JSON.Member($0, count(calls[$0])) }),
        ])
    }

    /// The list of runs, each with the number of its jobs that stand where.
    public static func list(_ runs: [RunSummary]) -> JSON {
        .object([
            "schema": 1,
            "runs": .array(
                runs.map { run in
                    .object([
                        "run": .string(run.run), "sweep": .string(run.sweep), "cluster": .string(run.cluster),
                        "started": time(run.started), "ended": time(run.ended), "jobs": .int(run.jobCount),
                        "succeeded": .int(run.succeeded), "failed": .int(run.failed),
                        "cancelled": .int(run.cancelled), "running": .int(run.running),
                        "waiting": .int(run.waiting), "folder": .string(run.folder),
                    ])
                }),
        ])
    }

    /// A job with its attempts and their stages, as it stands in a run's report.
    public static func json(_ job: JobRecord) -> JSON {
        .object([
            "id": .string(job.id), "scene": .string(job.scene.name), "point": .object(job.point.values),
            "outcome": .string(job.standing.description), "cached": .bool(job.isCached),
            "output": .string(job.output),
            "attempts": .array(job.attempts.map(json)),
        ])
    }

    private static func json(_ attempt: AttemptRecord) -> JSON {
        let ending = attempt.ending
        return .object([
            "number": .int(attempt.number), "retry": text(attempt.why), "node": text(attempt.node),
            "slurm_job": text(attempt.slurmJob),
            "outcome": .string(attempt.outcome), "cause": text(ending?.cause), "exit_code": number(ending?.exitCode),
            "signal": number(ending?.signal), "started": time(attempt.started), "ended": time(attempt.ended),
            "duration_s": seconds(ending?.duration), "peak_rss_bytes": number(ending?.peakRSS),
            "peak_gpu_bytes": number(ending?.peakGPU), "gpu_errors": .array(attempt.gpuErrors),
            "oom_kills": count(ending?.oomKills), "items": ending?.items?.json,
            "made": ending?.made?.json,
            "stages": .array(
                attempt.stages.map(json)),
        ])
    }

    private static func json(_ stage: StageRecord) -> JSON {
        let usage = stage.usage
        return .object([
            "name": .string(stage.name), "outcome": .string(stage.outcome), "started": time(stage.started),
            "ended": time(stage.ended), "duration_s": seconds(stage.duration), "items": stage.items?.json,
            "peak_rss_bytes": number(stage.peakRSS), "peak_pss_bytes": number(usage?.pss),
            "peak_group_bytes": number(usage?.group), "peak_gpu_bytes": number(stage.peakGPU),
            "gpu_utilization": usage?.utilization.map { .double($0) } ?? .null, "cpu_s": seconds(usage?.cpu),
            "read_bytes": number(usage?.read), "written_bytes": number(usage?.written),
            "gpus": .array(
                (usage?.gpus ?? []).map { gpu in
                    .object([
                        "id": .string(gpu.id), "peak_bytes": number(gpu.memory),
                        "utilization": gpu.utilization.map { .double($0) } ?? .null,
                    ])
                }),
        ])
    }

    private static func count(_ value: Int64?) -> JSON { value.map { .int($0) } ?? 0 }
    private static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
    private static func number(_ value: (some BinaryInteger)?) -> JSON { value.map { .int($0) } ?? .null }
    private static func time(_ value: Timestamp?) -> JSON { text(value?.description) }
    private static func seconds(_ value: Int64?) -> JSON { value.map { .double(Double($0) / 1_000_000) } ?? .null }
}

extension History {
    /// The report of a run: see `HistoryReport.json`. `name` as for `run(_:)`.
    public func report(of name: String) throws -> JSON {
        let summary = try run(name)
        return HistoryReport.json(
            summary, jobs: try jobs(of: summary.run), calls: try schedulerCalls(of: summary.run))
    }
}
