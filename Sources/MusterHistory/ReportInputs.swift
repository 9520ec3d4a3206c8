public import MusterCore

/// What explanations and reports are made from.
extension JobRecord {
    /// The attempt whose outcome is the job's: the one that published, else the latest.
    var deciding: AttemptRecord? {
        attempts.first { $0.ending?.outcome == .succeeded && !$0.isSuperseded } ?? attempts.last
    }

    /// How it failed; nil while it has no end, and where it succeeded or was asked to end.
    public var failure: Failure? {
        guard let outcome = standing.outcome, outcome != .succeeded, outcome != .cancelled, !isCached,
            let attempt = deciding
        else { return nil }
        return failure(attempt)
    }

    /// How one of its attempts failed; nil for one that has no end or succeeded.
    public func failure(_ attempt: AttemptRecord) -> Failure? {
        guard let ending = attempt.ending, ending.outcome != .succeeded else { return nil }
        let stage = attempt.stages.last { $0.outcome != Outcome.succeeded.rawValue && $0.outcome != "running" }
        return Failure(
            index: index, job: id, attempt: attempt.number, key: attempt.key, stage: stage?.name ?? "",
            node: attempt.node, ended: attempt.ended, ending: ending)
    }

    /// What tells it from others where only some fail.
    public var traits: Distinction.Traits {
        Distinction.Traits(scene: scene, point: point, node: attempts.last?.node)
    }

    fileprivate func reported(_ size: (AttemptKey) -> Int?) -> RunReport.Job {
        RunReport.Job(
            index: index, id: id, standing: standing, isCached: isCached, attempts: attempts.map { $0.reported(size) })
    }
}

extension AttemptRecord {
    fileprivate func reported(_ size: (AttemptKey) -> Int?) -> RunReport.Attempt {
        RunReport.Attempt(
            element: key.element, restart: key.restart, size: size(key), why: why, outcome: ending?.outcome,
            started: started, ended: ended, seconds: Double(ending?.duration ?? 0) / 1e6,
            memory: ending?.peakRSS.map(Double.init),
            gpuMemory: ([ending?.peakGPU] + stages.map(\.peakGPU)).compactMap(\.self).max().map(Double.init),
            memoryLimit: ending?.memoryLimit.map(Double.init),
            stages: stages.map { stage in
                RunReport.StageUse(
                    name: stage.name, hasSucceeded: stage.outcome == Outcome.succeeded.rawValue,
                    isReused: stage.isReused, seconds: Double(stage.duration ?? 0) / 1e6,
                    cpu: stage.usage?.cpu.map { Double($0) / 1e6 }, memory: stage.peakRSS.map(Double.init),
                    utilization: stage.usage?.utilization)
            })
    }
}

extension History {
    /// What a run did and what it cost.
    ///
    /// - Parameters:
    ///   - plan: Its plan with the classes that retries added; nil where only facts are known.
    ///   - size: The class that an attempt was handed out in; nil where nobody knows.
    ///   - now: When what has no end is taken to have lasted to.
    public func runReport(
        of run: RunSummary, plan: RunPlan?, size: (AttemptKey) -> Int?, now: Timestamp
    ) throws -> RunReport {
        let (jobs, shared) = (try jobs(of: run.run), try sharedRuns(of: run.run))
        let state = try state(of: run.run, only: ["agent.started", "code.changed"])
        var starts: [String: Timestamp] = [:]
        for (name, runs) in state.elements {
            for (restart, element) in runs { starts["\(name) \(restart)"] = element.started }
        }
        var report = RunReport(
            run: run.run, sweep: run.sweep, cluster: run.cluster, plan: plan,
            jobs: (jobs.isEmpty ? shared : jobs).map { $0.reported(size) },
            others: jobs.isEmpty ? [] : shared.map { $0.reported(size) },
            failures: (jobs.isEmpty ? shared : jobs).compactMap(\.failure), starts: starts, now: now)
        (report.started, report.ended) = (run.started, run.ended)
        report.code = state.code.told
        report.jobsOfChangedCode = jobs.count { !$0.changedCode(state.code).isEmpty }
        report.calls = try schedulerCalls(of: run.run).sorted { $0.key < $1.key }
            .map { RunReport.Count($0.key, Int(clamping: $0.value)) }
        return report
    }
}
