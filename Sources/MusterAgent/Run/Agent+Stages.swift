import CShims
import Glibc
import MusterCore

/// Starting, watching and reaping the programs of stages.
extension Agent {
    func launch(_ stage: StageSpec, of job: JobRun) {
        let progress = progressPath(job)
        unlink(progress)
        let place = StageLaunch.Place(
            run: folder.plan.run, attempt: job.key, folder: job.folder, progress: progress,
            parameters: parametersPath(job), slot: job.slot,
            gpus: folder.plan[size].resources.gpus, cpus: folder.plan[size].resources.cpus,
            sharing: folder.plan[size].resources.sharing, gpuTokens: gpuTokens,
            inherited: inherited, resumed: job.resumed)
        let spool: Int32
        do {
            spool = try log.openSpool(slot: job.slot)
        } catch {
            return fail(job, stage, Ending(outcome: .failed, cause: "can't open the log: \(error)"))
        }
        let pid: Int
        do {
            let start = try StageLaunch(stage: stage, row: job.row, place: place)
            if let parameters = start.parameters { try Files.replace(parametersPath(job), with: parameters.bytes) }
            pid = try Child.start(
                start.words, environment: start.environment, directory: start.directory, output: spool)
        } catch let error as Child.Failure {
            close(spool)
            return fail(job, stage, Ending(outcome: .failed, cause: error.text, exitCode: error.exitCode))
        } catch {
            close(spool)
            let cause =
                (error as? Placeholders.Unknown).map {
                    "stage '\(stage.name)' uses {\($0.name)}, which stands for nothing"
                }
                ?? "can't start the stage '\(stage.name)': \(error)"
            return fail(job, stage, Ending(outcome: .failed, cause: cause))
        }
        job.stage = RunningStage(
            name: stage.name, pid: pid, spool: spool, progress: progress, pattern: stage.progress)
        outbox.append(.stageStarted(job.key, stage: stage.name, pid: pid))
        Remains.record(lane: lane, me: me, jobs: jobs)
    }

    /// Ends a job whose stage could not be started.
    private func fail(_ job: JobRun, _ stage: StageSpec, _ ending: Ending) {
        outbox.append(.stageEnded(job.key, stage: stage.name, ending, reused: false))
        finish(job, ending)
    }

    /// Takes in all children that have ended. Memory counters are read once behind all of them, so that a kill finds
    /// the stage it belongs to.
    func reap() {
        var ended: [(job: JobRun, stage: RunningStage, how: cshims_ended)] = []
        while true {
            let pid = cshims_peek_ended(-1)
            guard pid > 0 else { break }
            let job = jobs.values.first { $0.stage?.pid == Int(pid) }
            // What the program left behind in its group goes before the number can be anybody else's.
            if job != nil { Child.signal(group: Int(pid), SIGKILL) }
            var how = cshims_ended()
            guard cshims_wait4(pid, false, &how) > 0 else { break }
            if let job, let stage = job.stage { ended.append((job, stage, how)) }
        }
        guard !ended.isEmpty else { return }
        for (_, stage, how) in ended {
            stage.sample(isLast: true)
            // Between its start and its exec a child counts the agent's memory as its own.
            let peak = how.peak_resident_kib * 1024
            if peak > Machine.ownPeak { stage.peakRSS = max(stage.peakRSS, peak) }
            stage.reading.cpu = max(stage.reading.cpu ?? 0, how.user_microseconds + how.system_microseconds)
        }
        watch(ended: ended.map { ($0.job, $0.stage, $0.how.signal == SIGKILL || $0.how.exit_code == 128 + SIGKILL) })
        for (job, stage, how) in ended { end(job, stage, how) }
        Remains.record(lane: lane, me: me, jobs: jobs)
    }

    private func end(_ job: JobRun, _ stage: RunningStage, _ how: cshims_ended) {
        job.stage = nil
        job.oomKills += stage.oomKills
        let ending = ending(of: stage, in: job, how)
        job.peakRSS = max(job.peakRSS, ending.peakRSS ?? 0)
        do {
            try log.pack(spool: stage.spool, owner: Remains.owner(job.key, stage.name))
        } catch {
            note("the output of stage '\(stage.name)' of job \(job.row.id) could not be packed: \(error)")
        }
        guard job.stop == nil || job.stop?.outcome != nil else { return finish(job, ending) }
        outbox.append(.stageEnded(job.key, stage: stage.name, ending, reused: false))
        guard ending.outcome == .succeeded else {
            var whole = ending
            whole.cause = ending.cause ?? "stage '\(stage.name)' \(Self.words(ending))"
            return finish(job, whole)
        }
        recordStage(job, stage, duration: ending.duration)
        job.stageIndex += 1
        next(job)
    }

    private func ending(of stage: RunningStage, in job: JobRun, _ how: cshims_ended) -> Ending {
        var ending = Ending(
            outcome: how.signal > 0 ? .killed : how.exit_code == 0 ? .succeeded : .failed,
            exitCode: how.signal > 0 ? nil : Int(how.exit_code), signal: how.signal > 0 ? Int(how.signal) : nil,
            duration: Machine.monotonic - stage.started, peakRSS: stage.peakRSS > 0 ? stage.peakRSS : nil,
            oomKills: stage.oomKills, memoryLimit: stage.memoryLimit)
        if stage.oomKills > 0 {
            ending.outcome = .oomHost
            // The kernel kills only when the limit was reached; its own peak may be missing (kernels before 5.19) or not
            // yet brought up to date.
            ending.peakRSS = max(stage.peakRSS, stage.memoryPeak ?? 0, stage.memoryLimit ?? 0)
            let limit = stage.memoryLimit.map { " under the limit of \(ByteCount($0))" } ?? ""
            ending.cause =
                "stage '\(stage.name)': the kernel killed \(stage.oomKills) of its processes for want of memory\(limit)"
        } else if ending.outcome != .succeeded, let stop = job.stop, let outcome = stop.outcome {
            ending.outcome = outcome
            ending.cause = stop.cause
        }
        if ending.outcome != .succeeded {
            let tail = PackedLog.tail(spool: stage.spool)
            ending.tail = tail
            if ending.cause == nil, let reason = Prologue.failure(exitCode: ending.exitCode, tail: tail) {
                ending.cause = "stage '\(stage.name)': its environment can't be set up: \(reason)"
            }
            // Nobody counts a GPU's memory running out, so the program's own word is taken, if nothing better explains its end.
            if ending.outcome == .failed || ending.outcome == .killed && ending.signal == Int(SIGABRT),
                ending.cause == nil,
                let line = GPUMemoryWords.line(in: tail)
            {
                ending.outcome = .oomGPU
                ending.cause = "stage '\(stage.name)': the memory of a GPU ran out: \(line.prefix(300))"
            }
        }
        return ending
    }

    private static func words(_ ending: Ending) -> String {
        if let signal = ending.signal { return "was killed by signal \(signal)" }
        return "ended with exit code \(ending.exitCode ?? 0)"
    }

    /// Lets a later attempt take the stage over; behind the last one the whole job is published instead.
    private func recordStage(_ job: JobRun, _ stage: RunningStage, duration: Int64) {
        let isLast = job.stageIndex == folder.plan.stages.count - 1
        let record = StageRecord(
            fingerprint: job.prints[job.stageIndex], duration: duration,
            files: isLast ? nil : FileList(folder: job.folder))
        do {
            try Files.replace(
                OutputPaths.stageRecord(stage.name, in: job.folder), with: record.json(stage: stage.name).bytes)
        } catch {
            note("stage '\(stage.name)' of job \(job.row.id) can't be recorded, a retry will repeat it: \(error)")
        }
    }
}
