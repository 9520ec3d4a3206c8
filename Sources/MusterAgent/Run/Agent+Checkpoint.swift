import Glibc
import MusterCore

/// Programs that can go on in a later attempt: telling them that the time is nearly over, and what they keep.
extension Agent {
    /// Where the program of a stage keeps what it goes on from: beside the result, by the key of its products, so that only an
    /// attempt at the same thing finds it.
    func checkpointFolder(_ run: StageRun, of job: JobRun) -> String? {
        guard stages[run.index].checkpoint != nil else { return nil }
        return OutputPaths(final: job.row.output).checkpoint(stage: run.name, key: job.keys[run.index])
    }

    /// Asks what runs for a job to end by `signal`; programs that can go on later are told in their own way.
    func askToEnd(_ job: JobRun, signal: Int32) {
        let now = Machine.monotonic
        for run in job.runs {
            guard let checkpoint = stages[run.index].checkpoint else {
                for program in run.programs { program.end(signal, killAt: now + Self.grace) }
                continue
            }
            // Somebody who cancels wants no more of it.
            let wantsMore = job.stop?.outcome != .cancelled || signal != SIGINT
            for program in run.programs where program.killAt == nil {
                program.killAt = now + checkpoint.grace.seconds * 1_000_000
                if let command = checkpoint.command, wantsMore, startHelper(command, beside: program, run, job) {
                    continue
                }
                Child.signal(group: program.pid, checkpoint.signal.number)
            }
        }
    }

    /// Starts the program that makes a checkpoint, with the surroundings of the stage's own.
    private func startHelper(_ command: Command, beside program: RunningProgram, _ run: StageRun, _ job: JobRun) -> Bool
    {
        let values = Placeholders(
            row: job.row, stage: stages[run.index], outputDir: job.folder, run: folder.plan.run)
        do {
            program.helper = try Child.start(
                try values.arguments(of: command), environment: program.environment + ["MUSTER_PID=\(program.pid)"],
                directory: program.directory, output: program.spool.descriptor)
            return true
        } catch {
            note("the checkpoint command of stage '\(run.name)' of \(job.row.id) can't be started: \(error)")
            return false
        }
    }

    /// A helper has ended, so the program that it was started beside is asked to end; false for another process.
    func takeHelper(_ pid: Int) -> Bool {
        guard let program = programs.first(where: { $0.helper == pid }) else { return false }
        program.helper = nil
        Child.signal(group: program.pid, SIGTERM)
        return true
    }

    /// Removes what the stages of a published job kept to go on from.
    func forgetCheckpoints(of job: JobRun) {
        let output = OutputPaths(final: job.row.output)
        for index in job.done where stages[index].checkpoint != nil {
            Files.removeTree(output.checkpoint(stage: stages[index].name, key: job.keys[index]))
        }
    }

    /// Has the scheduler start this element again, for jobs that can go on: once the time is over, and only so often.
    ///
    /// Preemption and failed nodes are the scheduler's own to start again; a run whose steward lives hands out the rest.
    func requeueElement() {
        guard let wanted = requeueAttempts, me.restart + 1 < wanted else { return }
        let element = me.element
        outbox.append(.requeued(element: element, restart: me.restart, refused: nil))
        outbox.sync()
        let reason = Scontrol.requeue(element, environment: inherited)
        if let reason { outbox.append(.requeued(element: element, restart: me.restart, refused: reason)) }
        outbox.sync()
    }

    /// How often the element may be started, when there is anything to go on with; nil when there is not.
    private var requeueAttempts: Int? {
        guard stopping?.outcome == .timeout, isAlone, hasUnfinished else { return nil }
        return stages.compactMap { $0.checkpoint?.attempts }.max()
    }
}
