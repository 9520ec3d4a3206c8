import Glibc
import MusterCore

/// The way of one attempt: folder, stages in order, publication, end.
extension Agent {
    /// Starts an attempt at a job of `block`, or tells its end when there is nothing to run.
    func start(_ index: Int, of block: HeldBlock, slot: Int) {
        let key = key(of: index, block)
        let terms = block.block.terms
        guard let planned = folder.row(index) else {
            return refuse(index, of: block, "the job table has no job \(index)")
        }
        let row = planned.changed(by: terms.set)
        if tellPublished(row) { return }
        if let cause = missingSource(of: row) {
            return refuse(index, of: block, cause)
        }
        forgetFailure(of: row)
        let output = OutputPaths(final: row.output)
        let attempt = output.attempt(run: folder.plan.run, generation: key.generation, restart: key.restart)
        // What other stage runs make stands in its folder too: taken over, or made again where it is gone.
        let wanted = row.stages.map { graph.closure(of: $0) } ?? Array(stages.indices)
        let job = JobRun(
            row: row, held: block, key: key, slot: slot, folder: attempt,
            keys: identity.keys(scene: planned.scene, point: planned.point),
            stages: wanted.filter { !stages[$0].always })
        job.last = wanted.filter { stages[$0].always }
        block.running += 1
        begun += 1
        jobs[slot] = job
        if terms.resumes {
            job.resumed = places.attempts(of: row.output, own: attempt, isRepeated: true).first
        }
        do {
            try makeFolder(attempt)
            outbox.append(.jobStarted(key, node: me.node, slot: slot, folder: attempt))
            if let why = terms.why { outbox.append(.jobRetried(key, why: why, set: terms.set)) }
            // Items that are taken over lie in it.
            if stages.allSatisfy({ $0.items == nil }) { job.known = FileList([]) }
            takeOver(job)
            next(job)
        } catch {
            if DiskSpace.isShort(error.code), let slash = attempt.lastIndex(of: "/"),
                isFull(error.operation == "mkdir" ? String(attempt[..<slash]) : attempt)
            {
                Files.removeTree(attempt)
                jobs[slot] = nil
                block.running -= 1
                block.waiting.insert(index, at: 0)
                return
            }
            outbox.append(.jobStarted(key, node: me.node, slot: slot, folder: attempt))
            finish(job, Ending(outcome: .failed, cause: "can't make the attempt's folder: \(error)"))
        }
    }

    private func key(of index: Int, _ block: HeldBlock) -> AttemptKey {
        AttemptKey(
            job: index, generation: block.block.generation, element: me.element, restart: max(me.restart, block.level))
    }

    /// Tells that a job can't be begun at all.
    func refuse(_ index: Int, of block: HeldBlock, _ cause: String) {
        outbox.append(.jobEnded(key(of: index, block), Ending(outcome: .failed, cause: cause), superseded: false))
    }

    /// Tells about a result that is there already: cached, or made by an attempt of this run that could not say so.
    private func tellPublished(_ row: JobRow) -> Bool {
        if isNeedless(row) {
            outbox.append(.jobCached(job: row.index))
            return true
        }
        guard let record = JobRecord(folder: row.output), record.key == row.key, record.outcome == .succeeded,
            FileList.isWhole(row.output, record: record)
        else { return false }
        if record.run == folder.plan.run, record.attempt.job == row.index {
            var ending = Ending(outcome: .succeeded, duration: record.duration, peakRSS: record.peakRSS)
            if let text = try? Files.read(OutputPaths.fileList(in: row.output)), let json = try? JSON(parsing: text) {
                ending.made = FileList(json: json)?.made(listed: text)
            }
            outbox.append(.jobEnded(record.attempt, ending, superseded: false))
        } else {
            outbox.append(.jobCached(job: row.index))
        }
        return true
    }

    private func makeFolder(_ attempt: String) throws(SystemError) {
        if let slash = attempt.lastIndex(of: "/"), slash > attempt.startIndex {
            let parent = String(attempt[..<slash])
            if try Files.makeFolders(parent) { places.isNew(parent) }
        }
        guard mkdir(attempt, 0o777) == 0 else { throw .last("mkdir", attempt) }
        try Files.makeFolders(OutputPaths.records(in: attempt))
    }

    /// Goes on with what can be begun, or to the end once nothing runs any more.
    func next(_ job: JobRun) {
        claims.refresh(always: false)
        let holds = stillHolds(job.held)
        let isComplete = job.waiting.isEmpty && job.failure == nil
        // A result that is complete is published, also when the end was asked for meanwhile.
        if holds, !isComplete || !job.runs.isEmpty {
            job.stop = job.stop ?? stopping
            begin(job, beside: false)
        }
        guard job.runs.isEmpty, jobs[job.slot] === job, !job.waitsForSpace, !job.waitsForSums else { return }
        if holds, beginLast(job) { return }
        if let failure = job.failure, holds { return finish(job, failure) }
        guard holds, isComplete else {
            return finish(job, Ending(outcome: job.stop?.outcome ?? .killed, cause: job.stop?.cause))
        }
        arrange(job)
    }

    /// Follows the pipeline's rules for the order of results, then publishes.
    private func arrange(_ job: JobRun) {
        do throws(Layout.Failure) {
            let rules = job.row.stages == nil ? folder.plan.layout : []
            let moves = try Layout(folder: job.folder).apply(rules)
            job.moves = moves
            if !moves.isEmpty { job.known = nil }
            keeper?.complete(job, moves: moves)
        } catch {
            return finish(job, Ending(outcome: .failed, cause: "the results can't be put in order: \(error.text)"))
        }
        publish(job)
    }

    func publish(_ job: JobRun) {
        claims.refresh(always: true)
        guard stillHolds(job.held) else { return finish(job, Ending(outcome: .killed)) }
        var record = JobRecord(
            key: job.row.key, run: folder.plan.run, attempt: job.key, duration: Machine.monotonic - job.started,
            peakRSS: job.peakRSS > 0 ? job.peakRSS : nil)
        var made: [(stage: String, asset: MadeAsset)] = []
        var ending = job.items.ending ?? Ending(outcome: .succeeded, exitCode: 0)
        record.outcome = ending.outcome
        do {
            tidy(job)
            if let found = job.known ?? FileList(folder: job.folder), !found.entries.isEmpty {
                guard let files = summed(found, of: job) else {
                    job.waitsForSums = true
                    return
                }
                record.files = files.entries.count
                let text = files.json.bytes
                ending.made = files.made(listed: text)
                made = assets(of: job, in: files)
                try Files.write(OutputPaths.fileList(in: job.folder), text)
            }
            // Its folder appears as a whole.
            try Files.write(
                OutputPaths.jobRecord(in: job.folder),
                record.json(node: me.node, finished: Machine.now, job: job.row.id, terms: job.held.block.terms).bytes)
        } catch {
            if DiskSpace.isShort(error.code), isFull(job.folder) {
                job.waitsForSpace = true
                return
            }
            return finish(job, Ending(outcome: .failed, cause: "can't write the result's record: \(error)"))
        }
        switch Publication.publish(
            folder: job.folder, final: job.row.output, key: job.row.key, run: folder.plan.run)
        {
        case .published:
            for (stage, asset) in made { outbox.append(.assetMade(job.key, stage: stage, asset)) }
            forgetCheckpoints(of: job)
            finish(job, ending)
        case .superseded: finish(job, ending, superseded: true)
        case .refused(let cause): finish(job, Ending(outcome: .failed, cause: cause))
        }
    }

    /// Where a stage's program writes its progress.
    func progressPath(_ job: JobRun, _ run: StageRun, _ share: ItemShare?) -> String {
        let worker = share.map { ".\($0.batch).\($0.worker)" } ?? ""
        return "\(OutputPaths.records(in: job.folder))/progress.\(run.name)\(worker)"
    }

    /// Where it finds its parameters.
    func parametersPath(_ job: JobRun, _ run: StageRun) -> String {
        "\(OutputPaths.records(in: job.folder))/parameters.\(run.name).json"
    }

    /// Removes what was meant for running programs.
    private func tidy(_ job: JobRun) {
        for path in job.litter { unlink(path) }
        job.litter = []
    }

    /// Frees the slot and tells the end; nothing is told of a job whose claim was lost.
    func finish(_ job: JobRun, _ ending: Ending, superseded: Bool = false) {
        jobs[job.slot] = nil
        job.held.running -= 1
        keeper?.close(job, ending)
        if ending.outcome != .succeeded, ending.outcome != .partial { listRemains(of: job) }
        if let stop = job.stop, stop.outcome == nil { return }
        var ending = ending
        ending.duration = Machine.monotonic - job.started
        ending.peakRSS = job.peakRSS > 0 ? job.peakRSS : nil
        ending.peakGPU = job.peakGPU
        ending.oomKills = job.oomKills
        if [.timeout, .nodeFailed].contains(ending.outcome) { unfinished += 1 }
        if ending.outcome == .succeeded { longestJob = max(longestJob, ending.duration) }
        settle(job, ending)
        outbox.append(.jobEnded(job.key, ending, superseded: superseded))
        outbox.syncSoon()
        heed(ending)
    }
}
