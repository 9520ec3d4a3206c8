import CShims
import Glibc
import MusterCore

/// Taking in programs that have ended.
extension Agent {
    /// A program that has ended, and how.
    typealias Ended = (job: JobRun, run: StageRun, program: RunningProgram, how: cshims_ended)

    /// Takes in all children that have ended. Memory counters are read once behind all of them, so that a kill finds
    /// the stage it belongs to.
    func reap() {
        var ended: [Ended] = []
        while true {
            let pid = cshims_peek_ended(-1)
            guard pid > 0 else { break }
            let owner = owner(of: Int(pid))
            // What the program left behind in its group goes before the number can be anybody else's.
            if owner == nil { _ = takeHelper(Int(pid)) }
            if owner != nil { Child.signal(group: Int(pid), SIGKILL) }
            var how = cshims_ended()
            owner?.2.readRemains()
            guard cshims_wait4(pid, false, &how) > 0 else { break }
            if let owner { ended.append((owner.0, owner.1, owner.2, how)) }
        }
        guard !ended.isEmpty else { return }
        for (_, _, program, how) in ended {
            program.sample(isLast: true)
            // Between its start and its exec a child counts the agent's memory as its own.
            let peak = how.peak_resident_kib * 1024
            if Machine.isBeyondOwn(peak) { program.peakRSS = max(program.peakRSS, peak) }
            program.reading.cpu = max(program.reading.cpu ?? 0, how.user_microseconds + how.system_microseconds)
        }
        watch(ended: ended)
        for end in ended { take(end) }
        Remains.record(lane: lane, me: me, jobs: jobs)
    }

    private func owner(of pid: Int) -> (JobRun, StageRun, RunningProgram)? {
        for job in jobs.values {
            for run in job.runs {
                if let program = run.programs.first(where: { $0.pid == pid }) { return (job, run, program) }
            }
        }
        return nil
    }

    /// Takes in the end of a program: the stage's own end, when it was its last one.
    private func take(_ ended: Ended) {
        let (job, run, program, how) = ended
        run.remove(program)
        heedSteps(of: program, run, in: job, hasFailed: how.signal > 0 || how.exit_code != 0)
        job.oomKills += program.oomKills
        var ending = ending(of: program, run, in: job, how)
        program.spool.cut(at: logLimit)
        if program.spool.dropped > 0 { ending.logCut = program.spool.dropped }
        let left = endOrphans()
        if ending.cause == nil, !left.isEmpty {
            ending.cause =
                "stage '\(run.name)' left processes behind, which were ended: \(left.prefix(5).joined(separator: ", "))"
        }
        if run.items != nil { program.told = PackedLog.tail(spool: program.spool.descriptor) }
        do {
            try log.pack(program.spool, owner: Remains.owner(job.key, run.name, program))
        } catch {
            note("the output of stage '\(run.name)' of job \(job.row.id) could not be packed: \(error)")
        }
        guard run.items == nil else {
            if let whole = take(program, ending, run, of: job) { end(run, of: job, whole) }
            return
        }
        run.endings.append(ending)
        if run.programs.isEmpty { end(run, of: job, ending) }
    }
}
