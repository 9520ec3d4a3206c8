import Glibc
import MusterCore

/// Ending from outside.
extension Agent {
    /// What a signal to the agent means: SIGUSR1 is sent by the batch script's own order when the time is nearly
    /// over; SIGTERM and SIGINT say only that somebody wants an end, and once the time is over it was the scheduler.
    func stop(signal: Int32) {
        switch signal {
        case SIGUSR1: stop(.init(outcome: .timeout, cause: "the allocation's time is nearly over (SIGUSR1)"), signal)
        case SIGINT: stop(.init(outcome: .cancelled, cause: "the agent was interrupted (SIGINT)"), signal)
        default:
            let isLate = deadline.map { Machine.monotonic >= $0 } ?? false
            stop(
                isLate
                    ? .init(outcome: .timeout, cause: "the allocation's time is over (SIGTERM)")
                    : .init(outcome: .cancelled, cause: "the agent was told to end (SIGTERM)"), signal)
        }
    }

    /// Starts nothing more, and asks what runs to end. The first reason is the one that is told.
    func stop(_ reason: JobRun.Stop, _ signal: Int32 = SIGTERM) {
        stopping = stopping ?? reason
        for job in jobs.values {
            job.stop = job.stop ?? reason
            askToEnd(job, signal: signal)
        }
    }

    /// Ends jobs that took longer than they asked for.
    func endLateJobs(now: Int64) {
        for job in jobs.values where job.stop == nil {
            guard let limit = folder.plan[job.held.block.size].resources.time,
                now - job.started > limit.seconds * 1_000_000
            else { continue }
            job.stop = JobRun.Stop(outcome: .timeout, cause: "the job took longer than its resources.time, \(limit)")
            askToEnd(job, signal: SIGTERM)
        }
    }

    /// Kills stages that did not end in time.
    func escalate(now: Int64) {
        for program in jobs.values.flatMap(\.programs) {
            if let moment = program.killAt, now >= moment { Child.signal(group: program.pid, SIGKILL) }
        }
    }
}
