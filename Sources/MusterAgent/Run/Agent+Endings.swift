import CShims
import Glibc
import MusterCore

/// What the end of a program means for its stage, and that of a stage for its job.
extension Agent {
    /// The end of a stage: the job goes on, or what else runs for it is asked to end too.
    func end(_ run: StageRun, of job: JobRun, _ ending: Ending) {
        job.runs.removeAll { $0 === run }
        if [.failed, .killed, .partial].contains(ending.outcome), !run.isLast, job.stop == nil, isFull(job.folder) {
            keepItems(run, of: job)
            job.waiting = (job.waiting + [run.index]).sorted()
            job.waitsForSpace = true
            return
        }
        var ending = ending
        addDevices(of: run, to: &ending)
        job.peakRSS = max(job.peakRSS, ending.peakRSS ?? 0)
        job.peakGPU = ending.peakGPU.map { max($0, job.peakGPU ?? 0) } ?? job.peakGPU
        if ending.outcome == .succeeded || ending.outcome == .partial, job.stop == nil || job.stop?.outcome != nil {
            if let failure = record(run, of: job, ending) { ending = failure }
        }
        settle(&ending, of: run, in: job)
        judgeNode(&ending, of: run, in: job)
        if job.stop == nil || job.stop?.outcome != nil {
            outbox.append(.stageEnded(job.key, stage: run.name, ending, reused: false))
            if run.items != nil { tell(run, in: job) }
            keeper?.ended(run, of: job, ending)
        }
        if ending.outcome == .succeeded || ending.outcome == .partial {
            job.done.insert(run.index)
        } else if job.failure == nil, !run.isLast || job.stop == nil {
            var whole = ending
            whole.cause = ending.cause ?? "stage '\(run.name)' \(Self.words(ending))"
            job.failure = whole
            if !job.runs.isEmpty {
                job.stop = job.stop ?? JobRun.Stop(outcome: .cancelled, cause: "stage '\(run.name)' did not succeed")
                job.end(signal: SIGTERM, killAt: Machine.monotonic + Self.grace)
            }
        }
        next(job)
    }

    func ending(of program: RunningProgram, _ stage: StageRun, in job: JobRun, _ how: cshims_ended) -> Ending {
        var ending = Ending(
            outcome: how.signal > 0 ? .killed : how.exit_code == 0 ? .succeeded : .failed,
            exitCode: how.signal > 0 ? nil : Int(how.exit_code), signal: how.signal > 0 ? Int(how.signal) : nil,
            duration: Machine.monotonic - program.started, peakRSS: program.peakRSS > 0 ? program.peakRSS : nil,
            oomKills: program.oomKills, memoryLimit: program.memoryLimit)
        if program.oomKills > 0 {
            ending.outcome = .oomHost
            // The kernel kills only when the limit was reached; its own peak may be missing (kernels before 5.19) or not
            // yet brought up to date.
            ending.peakRSS = max(program.peakRSS, program.memoryPeak ?? 0, program.memoryLimit ?? 0)
            let limit = program.memoryLimit.map { " under the limit of \(ByteCount($0))" } ?? ""
            ending.cause =
                "stage '\(stage.name)': the kernel killed \(program.oomKills) of its processes for want of memory\(limit)"
        } else if ending.outcome != .succeeded || isInterrupted(program, stage), let stop = job.stop,
            let outcome = stop.outcome
        {
            ending.outcome = outcome
            ending.cause = stop.cause
        }
        if ending.outcome != .succeeded {
            let tail = PackedLog.tail(spool: program.spool.descriptor)
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

    /// Whether a program that can go on later was told that its time is over: that it ended well then does not mean that it
    /// was done.
    private func isInterrupted(_ program: RunningProgram, _ run: StageRun) -> Bool {
        stages[run.index].checkpoint != nil && program.killAt != nil
    }

    static func words(_ ending: Ending) -> String {
        if let signal = ending.signal { return "was killed by signal \(signal)" }
        return "ended with exit code \(ending.exitCode ?? 0)"
    }
}
