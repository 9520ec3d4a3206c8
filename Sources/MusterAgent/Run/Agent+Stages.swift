import CShims
import Glibc
import MusterCore

/// Starting, watching and reaping the programs of stages.
extension Agent {
    /// Begins the stages of a job that can be: one in its own slot, and others beside it in slots that stand idle, if
    /// `beside`, where it is declared which files each of them makes.
    func begin(_ job: JobRun, beside: Bool) {
        while job.stop == nil, job.failure == nil, !job.waitsForSpace {
            let ready = graph.ready(job.waiting, done: job.done)
            guard let index = ready.first(where: { mayBegin($0, of: job) }) else { return }
            let isOwn = !job.runs.contains { $0.slot == job.slot }
            guard let slot = isOwn ? job.slot : beside ? idleSlot : nil else { return }
            job.waiting.removeAll { $0 == index }
            let run = StageRun(
                index: index, name: stages[index].name, slot: slot, before: FileList(folder: job.folder))
            if !job.runs.isEmpty {
                for other in job.runs { other.hadCompany = true }
                run.hadCompany = true
            }
            job.runs.append(run)
            if let failure = launch(run, of: job) { end(run, of: job, failure) }
        }
    }

    private func mayBegin(_ index: Int, of job: JobRun) -> Bool {
        job.runs.isEmpty || stages[index].declaresFiles && job.runs.allSatisfy { stages[$0.index].declaresFiles }
    }

    /// Starts the program of a stage, or the first ones; its end when that has come at once.
    func launch(_ run: StageRun, of job: JobRun) -> Ending? {
        guard let items = stages[run.index].items else { return start(run, of: job) }
        return beginItems(items, run, of: job)
    }

    /// Starts a program of a stage: a worker with its share, one that counts, or the only one; why it could not be, when it
    /// could not.
    func start(
        _ run: StageRun, of job: JobRun, share: ItemShare? = nil, counting: JobItems.Counting? = nil
    ) -> Ending? {
        var stage = stages[run.index]
        if let counting { (stage.command, stage.nodes) = (counting.command, 1) }
        let progress = progressPath(job, run, share)
        unlink(progress)
        let resources = folder.plan[size].resources
        let place = StageLaunch.Place(
            run: folder.plan.run, attempt: job.key, folder: job.folder, progress: progress,
            parameters: parametersPath(job, run), slot: run.slot, gpus: resources.gpus, cpus: resources.cpus,
            checkpoint: checkpointFolder(run, of: job) ?? job.resumed,
            variables: gpuVariables(slot: run.slot, resources, size: job.held.block.size),
            values: identity.values(of: run.index, at: job.row.point), inherited: inherited, share: share)
        do {
            if let keep = place.checkpoint { try Files.makeFolders(keep) }
            run.devices = run.devices ?? StageDevices(devices, slot: run.slot)
            let spool = try log.openSpool(besides: programs.map(\.spool))
            let start = try StageLaunch(stage: stage, row: job.row, place: place)
            if let parameters = start.parameters { try Files.replace(place.parameters, with: parameters.bytes) }
            let pid = try Child.start(
                start.words, environment: start.environment, directory: start.directory, output: spool.descriptor,
                cpus: slotCPUs[run.slot])
            keeper?.began(stage, of: job, as: start, in: place)
            let program = RunningProgram(
                pid: pid, spool: spool, progress: progress, pattern: stage.progress, start: start,
                measures: folder.plan.measures)
            program.share = share
            program.counting = counting
            if !run.isTold { outbox.append(.stageStarted(job.key, stage: stage.name, pid: pid)) }
            run.isTold = true
            run.programs.append(program)
            Remains.record(lane: lane, me: me, jobs: jobs)
            return nil
        } catch let error as Child.Failure {
            return Ending(outcome: .failed, cause: error.text, exitCode: error.exitCode)
        } catch let unknown as Placeholders.Unknown {
            return Ending(
                outcome: .failed, cause: "stage '\(stage.name)' uses {\(unknown.name)}, which stands for nothing")
        } catch {
            return Ending(outcome: .failed, cause: "can't start the stage '\(stage.name)': \(error)")
        }
    }

    /// The programs that run now.
    var programs: [RunningProgram] { jobs.values.flatMap(\.programs) }

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
            if peak > Machine.ownPeak { program.peakRSS = max(program.peakRSS, peak) }
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

    private func ending(of program: RunningProgram, _ stage: StageRun, in job: JobRun, _ how: cshims_ended) -> Ending {
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

    /// Writes down what the stage made, so that later attempts and other jobs can take it over; why its products do not
    /// count, when they don't.
    private func record(_ run: StageRun, of job: JobRun, _ ending: Ending) -> Ending? {
        let stage = stages[run.index]
        if let words = spoiled(by: run, of: job) {
            var failure = ending
            (failure.outcome, failure.cause) = (.failed, words)
            return failure
        }
        // A part is no product; its items have records of their own.
        guard ending.outcome == .succeeded, !stage.always, job.items.unavailable(to: graph.needs[run.index]).isEmpty
        else {
            return nil
        }
        for (product, patterns) in stage.files.sorted(by: { $0.key < $1.key })
        where !patterns.contains(where: { Layout(folder: job.folder).holds($0) }) {
            var failure = ending
            failure.outcome = .failed
            failure.cause =
                "stage '\(stage.name)' ended well but made nothing of its product '\(product)' (\(patterns.map(\.text).joined(separator: ", ")))"
            return failure
        }
        guard let now = FileList(folder: job.folder, except: keeper?.names(of: job) ?? []) else { return nil }
        let made =
            run.hadCompany
            ? now.within(stage.files.values.joined().flatMap { Layout(folder: job.folder).paths($0) })
            : run.before.map { now.changes(since: $0) } ?? now
        let record = StageRecord(
            key: job.keys[run.index], duration: ending.duration,
            files: made.including(job.items.takenFiles[run.index] ?? [], of: now),
            origin: .init(
                run: folder.plan.run, job: job.row.id, attempt: job.key, node: me.node, finished: Machine.now,
                requires: graph.needs[run.index].map { .init(stages[$0].name, .string(job.keys[$0])) },
                values: identity.values(of: run.index, at: job.row.point)))
        do {
            try Files.replace(
                OutputPaths.stageRecord(stage.name, in: job.folder), with: record.json(stage: stage.name).bytes)
        } catch {
            note("stage '\(stage.name)' of job \(job.row.id) can't be recorded, a retry will repeat it: \(error)")
        }
        return nil
    }
}
