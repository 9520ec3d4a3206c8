import Glibc
import MusterCore

/// Stages that go through items: counting, workers side by side, batch after batch.
///
/// Each of these functions answers the stage's end when that has come, and nil while something of it runs.
extension Agent {
    /// Begins with finding out how many items there are.
    func beginItems(_ items: ItemSpec, _ run: StageRun, of job: JobRun) -> Ending? {
        run.items = StageItems()
        func failed(_ words: String) -> Ending {
            Ending(outcome: .failed, cause: "stage '\(run.name)': its items can't be counted: \(words)")
        }
        do throws(Placeholders.Unknown) {
            let values = Placeholders(
                row: job.row, stage: stages[run.index], outputDir: job.folder, run: folder.plan.run)
            switch items.count {
            case nil: return share(nil, run, of: job)
            case .number(let count): return share(count, run, of: job)
            case .files(let text):
                let pattern = try values.expand(text)
                guard let count = ItemCounting.files(pattern, of: job.row.scene) else {
                    return failed("the files that match '\(pattern)' can't be listed")
                }
                return share(count, run, of: job)
            case .lines(let text):
                let path = try values.expand(text)
                guard let count = ItemCounting.lines(path, of: job.row.scene) else {
                    return failed("'\(path)' can't be read")
                }
                return share(count, run, of: job)
            case .command(let command):
                let counting = JobItems.Counting(
                    command: command, words: try values.arguments(of: command),
                    environment: stages[run.index].environment)
                if let count = job.items.counts[counting] { return share(count, run, of: job) }
                return start(run, of: job, counting: counting).map {
                    Ending(
                        outcome: .failed, cause: failed($0.cause ?? "").cause, exitCode: $0.exitCode)
                }
            }
        } catch {
            return failed("{\(error.name)} stands for nothing")
        }
    }

    /// Shares the items out, of which the scene has `count`, and begins with the first batch.
    private func share(_ count: Int?, _ run: StageRun, of job: JobRun) -> Ending? {
        guard let items = stages[run.index].items else { return nil }
        let range: ClosedRange<Int>
        do throws(ItemRange.Invalid) {
            range = try items.range.resolve(count: count, scene: "'\(job.row.scene.name)'")
        } catch {
            return Ending(outcome: .failed, cause: "stage '\(run.name)': \(error)")
        }
        job.items.asked.insert(range)
        run.items?.ledger = ItemLedger(
            range: range, done: job.items.taken[run.index] ?? ItemSet(),
            unavailable: job.items.unavailable(to: graph.needs[run.index]), batchSize: items.batchSize,
            workers: items.workers)
        openBatch(run, of: job)
        return advance(run, of: job)
    }

    /// Starts the workers that can be; the stage's end when none runs any more.
    private func advance(_ run: StageRun, of job: JobRun) -> Ending? {
        while job.stop == nil, run.items?.ledger?.isOver == false {
            if run.items?.ledger?.isBetweenBatches == true { openBatch(run, of: job) }
            let shares = run.items?.ledger?.next() ?? []
            for share in shares {
                if let failure = start(run, of: job, share: share) { end(share, failure, run, of: job) }
            }
            // None of them could be started: then those behind them are tried.
            guard run.programs.isEmpty else { break }
        }
        guard run.programs.isEmpty else { return nil }
        recordBatch(run, of: job)
        return itemsEnding(run, of: job)
    }

    /// Takes in the end of a counting program or of a worker.
    func take(_ program: RunningProgram, _ ending: Ending, _ run: StageRun, of job: JobRun) -> Ending? {
        unlink(program.progress.path)
        guard let share = program.share else { return takeCount(program, ending, run, of: job) }
        var ending = ending
        if ending.outcome == .succeeded, let words = lacking(share, run, of: job) {
            (ending.outcome, ending.cause) = (.failed, words)
            ending.tail = program.told
        }
        end(share, ending, run, of: job)
        return advance(run, of: job)
    }

    private func takeCount(_ program: RunningProgram, _ ending: Ending, _ run: StageRun, of job: JobRun) -> Ending? {
        var failure = ending
        guard ending.outcome == .succeeded else {
            failure.cause =
                ending.cause ?? "stage '\(run.name)': its items can't be counted: the program \(Self.words(ending))"
            return failure
        }
        guard let count = program.told.flatMap(ItemCounting.number), let counting = program.counting else {
            failure.outcome = .failed
            failure.cause =
                "stage '\(run.name)': its items can't be counted: the last line of the program's output is no number"
            failure.tail = program.told
            return failure
        }
        job.items.counts[counting] = count
        return share(count, run, of: job)
    }

    private func end(_ share: ItemShare, _ ending: Ending, _ run: StageRun, of job: JobRun) {
        run.items?.oomKills += ending.oomKills
        guard ending.outcome != .succeeded else {
            run.items?.ledger?.end(share, nil)
            return record(share, run, of: job)
        }
        run.items?.isMixed = true
        if run.items?.failure == nil { run.items?.failure = ending }
        run.items?.ledger?.end(
            share,
            .init(
                items: share.items, outcome: ending.outcome, exitCode: ending.exitCode, signal: ending.signal,
                cause: ending.cause.map { String($0.prefix(200)) }))
    }

    /// The stage's own end, by what became of its items.
    private func itemsEnding(_ run: StageRun, of job: JobRun) -> Ending? {
        guard let items = run.items, let ledger = items.ledger else { return nil }
        let counts = ledger.counts
        var ending: Ending
        if ledger.missing.isEmpty {
            ending = Ending(outcome: .succeeded, exitCode: 0)
        } else {
            ending = items.failure ?? Ending(outcome: .failed, exitCode: 0)
            if let stop = job.stop {
                (ending.outcome, ending.cause) = (stop.outcome ?? .killed, stop.cause)
            } else if counts.done > 0 {
                // A cause of one worker's stands with its items.
                (ending.outcome, ending.cause) = (.partial, "stage '\(run.name)': \(counts.text)")
            } else if counts.failures.isEmpty {
                ending.cause = "stage '\(run.name)': none of its items could be done: what it builds on is missing"
            } else {
                ending.cause = ending.cause ?? "stage '\(run.name)': \(counts.text)"
            }
        }
        ending.duration = Machine.monotonic - run.started
        ending.peakRSS = run.peakRSS > 0 ? run.peakRSS : nil
        ending.oomKills = items.oomKills
        ending.items = counts
        return ending
    }

    /// A stage that builds on what lacks a part has done a part itself; whatever is behind it lacks the same.
    func settle(_ ending: inout Ending, of run: StageRun, in job: JobRun) {
        guard !run.isLast else { return }
        let missing = run.items?.ledger?.missing ?? job.items.unavailable(to: graph.needs[run.index])
        if ending.outcome == .succeeded, !missing.isEmpty {
            ending.outcome = .partial
            ending.cause = "stage '\(run.name)' had no items \(missing.text(most: 4)) to work on"
        }
        guard ending.outcome == .partial else { return }
        job.items.missing[run.index] = missing
        job.items.partial.append(ending)
    }
}
