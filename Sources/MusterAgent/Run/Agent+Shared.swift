import Glibc
import MusterCore

/// Stage runs that several jobs share: who waits for them, and what is done when they end.
extension Agent {
    /// The longest that an agent with nothing else to do waits for stage runs of others, in microseconds.
    static let patience: Int64 = 300_000_000
    /// Time between two looks at a stage run of others, in microseconds.
    private static let lookPeriod: Int64 = 1_000_000

    /// Whether a block is of shared stage runs, which canaries may need too.
    func isShared(_ block: Block) -> Bool { block.jobs.allSatisfy { folder.row($0)?.stages != nil } }

    /// Whether every stage run that the rows of a block take products from has ended, or is not needed.
    ///
    /// One that stands in the block itself is not waited for: who needs it then does without.
    func isReady(_ block: Block) -> Bool {
        let own = Set(block.jobs)
        for row in block.jobs.compactMap({ folder.row($0) }) where !row.uses.isEmpty {
            let others = row.uses.filter { !own.contains($0) }
            guard others.allSatisfy(hasEnded) || isPublished(row) else { return false }
        }
        return true
    }

    /// Whether a shared stage run has ended: its products are there, or it failed.
    private func hasEnded(_ index: Int) -> Bool {
        if endedRuns.contains(index) { return true }
        let now = Machine.monotonic
        guard now - (lookedAt[index] ?? .min / 2) >= Self.lookPeriod else { return false }
        lookedAt[index] = now
        guard folder.row(index).map(isPublished) ?? true || Files.exists(failureMark(index)) else { return false }
        endedRuns.insert(index)
        return true
    }

    /// Whether a row's result is there, made as the plan says.
    func isPublished(_ row: JobRow) -> Bool {
        guard let record = JobRecord(folder: row.output) else { return false }
        return record.key == row.key && record.outcome == .succeeded
    }

    private func failureMark(_ index: Int) -> String { "\(folder.paths.failures)/\(index)" }

    /// Why a job can't succeed: a stage run that it needs has failed.
    func missingSource(of row: JobRow) -> String? {
        for index in row.uses {
            guard let source = folder.row(index), !isPublished(source),
                let mark = Files.json(failureMark(index)), let cause = mark["cause"]?.string,
                // Of a part its users take what is there, and do the rest themselves.
                mark["outcome"]?.string != Outcome.partial.rawValue
            else { continue }
            return "its shared stage run '\(source.id)' did not succeed: \(cause)"
        }
        return nil
    }

    /// Whether nobody needs a shared stage run any more: all that would take its products are there.
    func isNeedless(_ row: JobRow) -> Bool {
        let users = folder.users(of: row.index)
        return row.stages != nil && !users.isEmpty && users.allSatisfy { isPublished($0) }
    }

    /// A shared stage run begins anew: that it failed before no longer counts.
    func forgetFailure(of row: JobRow) {
        if row.stages != nil { unlink(failureMark(row.index)) }
    }

    /// Lets those who wait for a shared stage run find its products, or its failure.
    func settle(_ job: JobRun, _ ending: Ending) {
        guard let own = job.row.stages else { return }
        if ending.outcome == .succeeded || ending.outcome == .partial { link(job, own) }
        switch ending.outcome {
        case .succeeded: endedRuns.insert(job.row.index)
        // What a rule follows up is not over: a steward says so when it is.
        case .cancelled, .preempted, .lost, .nodeFailed: break
        case let outcome where folder.plan.retry.rules[outcome] != nil: break
        default:
            do {
                try Files.makeFolders(folder.paths.failures)
                try Files.replace(
                    failureMark(job.row.index),
                    with: JSON.object([
                        "outcome": .string(ending.outcome.rawValue),
                        "cause": .string(ending.cause ?? ending.outcome.rawValue),
                    ]).bytes)
            } catch {
                note("jobs that wait for \(job.row.id) can't be told that it failed: \(error)")
            }
        }
    }

    /// Each stage of a published stage run is found under its own key.
    private func link(_ job: JobRun, _ own: [Int]) {
        let name = job.row.output.split(separator: "/").last.map(String.init) ?? ""
        for index in own {
            let place = OutputPaths.stored(stages[index].name, key: job.keys[index], below: folder.plan.outputRoot)
            if place != job.row.output, !Files.exists(place) { symlink(name, place) }
        }
    }
}
