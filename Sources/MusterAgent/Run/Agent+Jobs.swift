import Glibc
import MusterCore

/// The way of one attempt: folder, stages in order, publication, end.
extension Agent {
    /// Starts an attempt at a job of `block`, or tells its end when there is nothing to run.
    func start(_ index: Int, of block: HeldBlock, slot: Int) {
        let key = AttemptKey(
            job: index, generation: block.block.generation, element: me.element, restart: max(me.restart, block.level))
        let terms = block.block.terms
        guard let row = folder.row(index)?.changed(by: terms.set) else {
            return outbox.append(
                .jobEnded(key, Ending(outcome: .failed, cause: "the job table has no job \(index)"), superseded: false))
        }
        if tellPublished(row) { return }
        let output = OutputPaths(final: row.output)
        let attempt = output.attempt(run: folder.plan.run, generation: key.generation, restart: key.restart)
        let job = JobRun(
            row: row, held: block, key: key, slot: slot, folder: attempt,
            prints: StageRecord.fingerprints(of: row, stages: folder.plan.stages))
        block.running += 1
        begun += 1
        jobs[slot] = job
        outbox.append(.jobStarted(key, node: me.node, slot: slot, folder: attempt))
        if let why = terms.why { outbox.append(.jobRetried(key, why: why, set: terms.set)) }
        if terms.resumes { job.resumed = EarlierAttempt.latest(run: folder.plan.run, own: attempt) }
        do {
            try makeFolder(attempt)
            takeOver(job, output: output)
            next(job)
        } catch {
            finish(job, Ending(outcome: .failed, cause: "can't make the attempt's folder: \(error)"))
        }
    }

    /// Tells about a result that is there already: cached, or made by an attempt of this run that could not say so.
    private func tellPublished(_ row: JobRow) -> Bool {
        guard let record = JobRecord(folder: row.output), record.key == row.key, record.outcome == .succeeded else {
            return false
        }
        if record.run == folder.plan.run, record.attempt.job == row.index {
            let ending = Ending(outcome: .succeeded, duration: record.duration, peakRSS: record.peakRSS)
            outbox.append(.jobEnded(record.attempt, ending, superseded: false))
        } else {
            outbox.append(.jobCached(job: row.index))
        }
        return true
    }

    private func makeFolder(_ attempt: String) throws(SystemError) {
        if let slash = attempt.lastIndex(of: "/"), slash > attempt.startIndex {
            try Files.makeFolders(String(attempt[..<slash]))
        }
        guard mkdir(attempt, 0o777) == 0 else { throw .last("mkdir", attempt) }
        try Files.makeFolders(OutputPaths.records(in: attempt))
    }

    /// Takes over finished stages of an earlier attempt; when that fails half-way, the job fails with the cause rather
    /// than run on a mixture.
    private func takeOver(_ job: JobRun, output: OutputPaths) {
        let stages = folder.plan.stages
        guard job.key.generation > 0 || job.key.restart > 0,
            let earlier = EarlierAttempt.best(
                output: output, run: folder.plan.run, own: job.folder, stages: stages, prints: job.prints)
        else { return }
        do {
            try earlier.transfer(to: job.folder, stages: stages)
        } catch {
            job.stop = JobRun.Stop(
                outcome: .failed, cause: "can't take over finished stages from \(earlier.folder): \(error)")
            return
        }
        for (stage, record) in zip(stages, earlier.records) {
            let ending = Ending(outcome: .succeeded, duration: record.duration)
            outbox.append(.stageEnded(job.key, stage: stage.name, ending, reused: true))
        }
        job.stageIndex = earlier.records.count
    }

    /// Goes on with the next stage, or to the publication behind the last one.
    func next(_ job: JobRun) {
        claims.refresh(always: false)
        guard stillHolds(job.held) else { return conclude(job) }
        // A result that is complete is published, also when the end was asked for meanwhile.
        guard job.stageIndex < folder.plan.stages.count else { return arrange(job) }
        job.stop = job.stop ?? stopping
        guard job.stop == nil else { return conclude(job) }
        launch(folder.plan.stages[job.stageIndex], of: job)
    }

    /// Ends an attempt that was stopped from outside between two stages.
    private func conclude(_ job: JobRun) {
        finish(job, Ending(outcome: job.stop?.outcome ?? .killed, cause: job.stop?.cause))
    }

    /// Follows the pipeline's rules for the order of results, then publishes.
    private func arrange(_ job: JobRun) {
        do throws(Layout.Failure) {
            try Layout(folder: job.folder).apply(folder.plan.layout)
        } catch {
            return finish(job, Ending(outcome: .failed, cause: "the results can't be put in order: \(error.text)"))
        }
        publish(job)
    }

    private func publish(_ job: JobRun) {
        claims.refresh(always: true)
        guard stillHolds(job.held) else { return conclude(job) }
        let record = JobRecord(
            key: job.row.key, run: folder.plan.run, attempt: job.key, duration: Machine.monotonic - job.started,
            peakRSS: job.peakRSS > 0 ? job.peakRSS : nil)
        do {
            unlink(progressPath(job))
            unlink(parametersPath(job))
            try Files.replace(
                OutputPaths.jobRecord(in: job.folder),
                with: record.json(node: me.node, finished: Machine.now, job: job.row.id, terms: job.held.block.terms)
                    .bytes)
        } catch {
            return finish(job, Ending(outcome: .failed, cause: "can't write the result's record: \(error)"))
        }
        switch Publication.publish(
            folder: job.folder, final: job.row.output, key: job.row.key, run: folder.plan.run)
        {
        case .published: finish(job, Ending(outcome: .succeeded, exitCode: 0))
        case .superseded: finish(job, Ending(outcome: .succeeded, exitCode: 0), superseded: true)
        case .refused(let cause): finish(job, Ending(outcome: .failed, cause: cause))
        }
    }

    /// Where the job's programs write their progress.
    func progressPath(_ job: JobRun) -> String { "\(OutputPaths.records(in: job.folder))/progress" }

    /// Where they find their parameters.
    func parametersPath(_ job: JobRun) -> String { "\(OutputPaths.records(in: job.folder))/parameters.json" }

    /// Frees the slot and tells the end; nothing is told of a job whose claim was lost.
    func finish(_ job: JobRun, _ ending: Ending, superseded: Bool = false) {
        jobs[job.slot] = nil
        job.held.running -= 1
        if let stop = job.stop, stop.outcome == nil { return }
        var ending = ending
        ending.duration = Machine.monotonic - job.started
        ending.peakRSS = job.peakRSS > 0 ? job.peakRSS : nil
        ending.oomKills = job.oomKills
        if ending.outcome == .succeeded { longestJob = max(longestJob, ending.duration) }
        outbox.append(.jobEnded(job.key, ending, superseded: superseded))
        outbox.sync()
        heed(ending)
    }
}
