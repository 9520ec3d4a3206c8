import MusterCore

/// Steps that programs start through srun: their tasks are no children of anything here.
extension Agent {
    /// Bytes of a program's output in which Slurm's word about its steps is looked for: every node has a line of its own.
    private static let lastWords = 16 << 10

    /// Takes Slurm's word for what the kernel did to the steps of a program that has ended: what this agent's own control
    /// group counts is not theirs.
    ///
    /// A step has the memory of its job on each node unless srun asked for less, so the limit here is the most it may have had.
    func heedSteps(of program: RunningProgram, _ run: StageRun, in job: JobRun, hasFailed: Bool) {
        guard program.oomKills == 0, job.stop == nil, let slurmJob else { return }
        let tail = PackedLog.tail(spool: program.spool.descriptor, bytes: Self.lastWords)
        let kills = StepMemoryWords.kills(in: tail, job: slurmJob, hasFailed: hasFailed)
        guard kills > 0 else { return }
        program.oomKills = kills
        program.memoryLimit = memory.reading.limit
        outbox.append(.oom(job.key, stage: run.name, kills: kills, limit: memory.reading.limit))
    }
}
