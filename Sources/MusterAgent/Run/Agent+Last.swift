import MusterCore

/// Stages that run behind all others, whatever became of them.
extension Agent {
    /// Begins the next of them; false when there is none, or no time for one: what was asked to end has its grace and no more.
    func beginLast(_ job: JobRun) -> Bool {
        guard !job.last.isEmpty, job.endBy.map({ Machine.monotonic < $0 }) ?? true else { return false }
        let index = job.last.removeFirst()
        let run = StageRun(index: index, name: stages[index].name, slot: job.slot, before: nil)
        run.isLast = true
        job.runs.append(run)
        if let ending = launch(run, of: job) { end(run, of: job, ending) }
        for program in run.programs { program.killAt = job.endBy }
        return true
    }
}
