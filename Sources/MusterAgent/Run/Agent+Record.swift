import MusterCore

/// Writing down what stages made.
extension Agent {
    /// Writes down what the stage made, so that later attempts and other jobs can take it over; why its products do not
    /// count, when they don't.
    func record(_ run: StageRun, of job: JobRun, _ ending: Ending) -> Ending? {
        let stage = stages[run.index]
        job.assets[run.index] = run.assets
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
        if keeper == nil, job.runs.isEmpty { job.known = now }
        let made =
            run.hadCompany
            ? now.within(stage.files.values.joined().flatMap { Layout(folder: job.folder).paths($0) })
            : run.before.map { now.changes(since: $0) } ?? now
        let files = made.including(job.items.takenFiles[run.index] ?? [], of: now)
        sum(files, of: job)
        var record = StageRecord(
            key: job.keys[run.index], duration: ending.duration, files: files,
            origin: .init(
                run: folder.plan.run, job: job.row.id, attempt: job.key, node: me.node, finished: Machine.now,
                requires: graph.needs[run.index].map { .init(stages[$0].name, .string(job.keys[$0])) },
                values: identity.values(of: run.index, at: job.row.point)))
        record.assets = run.assets
        do {
            // Torn by a sudden end it is no record, and the stage is repeated.
            try Files.write(OutputPaths.stageRecord(stage.name, in: job.folder), record.json(stage: stage.name).bytes)
        } catch {
            note("stage '\(stage.name)' of job \(job.row.id) can't be recorded, a retry will repeat it: \(error)")
        }
        return nil
    }
}
