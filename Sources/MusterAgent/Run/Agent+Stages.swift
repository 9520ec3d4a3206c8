import Glibc
import MusterCore

/// Starting the programs of stages.
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
                index: index, name: stages[index].name, slot: slot, before: job.known ?? FileList(folder: job.folder))
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
        lookAtCode(of: run.name)
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
        if !job.litter.insert(progress).inserted { unlink(progress) }
        let resources = folder.plan[size].resources
        let place = StageLaunch.Place(
            run: folder.plan.run, attempt: job.key, folder: job.folder, progress: progress,
            parameters: parametersPath(job, run), slot: run.slot, gpus: resources.gpus, cpus: resources.cpus,
            checkpoint: checkpointFolder(run, of: job) ?? job.resumed,
            variables: gpuVariables(slot: run.slot, resources, size: job.held.block.size),
            values: identity.values(of: run.index, at: job.row.point), inherited: surroundings, share: share,
            copies: folder.plan.copies)
        do {
            if let keep = place.checkpoint { try Files.makeFolders(keep) }
            run.devices = run.devices ?? StageDevices(devices, slot: run.slot)
            let spool = try log.openSpool(besides: programs.map(\.spool))
            let start = try StageLaunch(stage: stage, row: job.row, place: place)
            if let parameters = start.parameters {
                // It stays: a file that is made and removed with every job costs ext4 a search for another inode each time.
                try Files.write(place.parameters, parameters.bytes)
            }
            job.known = nil
            let pid = try Child.start(
                start.words, environment: start.environment, directory: start.directory, output: spool.descriptor,
                cpus: slotCPUs[run.slot])
            keeper?.began(stage, of: job, as: start, in: place)
            let program = RunningProgram(
                pid: pid, spool: spool, progress: progress, folder: job.folder, pattern: stage.progress, start: start,
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
}
