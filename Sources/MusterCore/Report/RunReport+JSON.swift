extension RunReport {
    /// Version 1 of its form. Times are UTC in ISO 8601, durations seconds, sizes bytes; what is not known is null.
    public var json: JSON {
        let head: JSON = .object([
            "schema": 1, "run": .string(run), "sweep": .string(sweep), "cluster": .string(cluster),
            "started": .known(started?.description), "ended": .known(ended?.description), "jobs": .int(jobs),
            "cached": .int(cached), "outcomes": Self.json(standings), "attempts": .int(attempts),
            "retries": Self.json(retries), "duration_s": durations?.json ?? .null,
        ])
        let rest: JSON = .object([
            "stages": .array(stages.map(Self.json)), "sizes": .array(sizes.map(Self.json)),
            "gpu_hours": gpuTime.map(Self.json) ?? .null, "slowest": .array(slowest.map(Self.json)),
            "largest": .array(largest.map(Self.json)), "scheduler_calls": Self.json(calls),
            "code": .array(code.map(\.json)), "jobs_of_changed_code": .int(jobsOfChangedCode),
            "failures": .array(failures.map { .object($0.fields) }),
        ])
        return .object((head.members ?? []) + (rest.members ?? []))
    }

    private static func json(_ counts: [Count]) -> JSON { .object(counts.map { JSON.Member($0.word, .int($0.count)) }) }

    private static func json(_ stage: Stage) -> JSON {
        .object([
            "name": .string(stage.name), "duration_s": stage.time?.json ?? .null,
            "memory_bytes": stage.memory?.json ?? .null, "reused": .int(stage.reused),
        ])
    }

    private static func json(_ time: GPUTime) -> JSON {
        .object([
            "held": .double(time.held), "in_jobs": .double(time.inJobs), "busy": .known(time.busy),
            "idle": .double(time.idle),
        ])
    }

    private static func json(_ job: Job) -> JSON {
        .object([
            "job": .string(job.id), "outcome": .string("\(job.standing)"), "duration_s": .known(job.last?.seconds),
            "peak_rss_bytes": .known(job.attempts.compactMap(\.memory).max()),
        ])
    }

    private static func json(_ size: Size) -> JSON {
        let used: JSON = .object([
            "memory_bytes": size.memory?.json ?? .null, "gpu_memory_bytes": size.gpuMemory?.json ?? .null,
            "duration_s": size.time?.json ?? .null, "cores": size.cores?.json ?? .null,
            "gpu_utilization": .known(size.utilization), "memory_percent": .known(size.memoryShare),
            "time_percent": .known(size.timeShare), "cpu_percent": .known(size.coreShare),
        ])
        let head: JSON = .object([
            "size": .int(size.number), "shared": .bool(size.isShared), "attempts": .int(size.attempts),
            "oom_host": .int(size.starved), "timeout": .int(size.late), "asked": size.asked.json,
        ])
        let advised: JSON = .object(["advised": size.advised.json, "config": .strings(size.lines)])
        return .object([head, used, advised].flatMap { $0.members ?? [] })
    }
}

extension FailureGroup {
    /// What the failures have in common, how many there are, and their jobs.
    var fields: [JSON.Member] {
        [
            .init("count", .int(failures.count)), .init("outcome", .string(signature.outcome.rawValue)),
            .init("stage", .string(signature.stage)), .init("exit", .string(signature.exit)),
            .init("signature", .string(signature.line)), .init("jobs", .strings(failures.map(\.job))),
            .init("nodes", .object(nodes.map { JSON.Member($0.name, .int($0.count)) })),
        ]
    }
}

extension JSON {
    /// The text, or null.
    public static func known(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
    /// The number, or null.
    public static func known(_ number: Double?) -> JSON { number.map { .double($0) } ?? .null }
    /// The number, or null.
    public static func known(_ number: (some BinaryInteger)?) -> JSON { number.map { .int($0) } ?? .null }
}
