import Foundation
import MusterCore
import MusterHistory

/// Shows a run while it goes on: a line that is rewritten at a terminal, a line for each job's end in a pipe.
final class Progress {
    /// The outcome told last of each job: one that was lost may succeed later.
    private var told: [Int: Outcome] = [:]
    private let history: History
    private let run: String

    init(run: String, history: History) {
        self.run = run
        self.history = history
    }

    func show(_ jobs: [JobRecord]) throws {
        for job in jobs {
            guard let outcome = job.standing.outcome, told.updateValue(outcome, forKey: job.index) != outcome else {
                continue
            }
            Terminal.endProgress()
            let ending = job.attempts.last?.ending
            var line = "\(job.isCached ? "cached" : "\(job.standing)")  \(job.id)"
            if let ending { line += "  \(JobTable.duration(Double(ending.duration) / 1e6))" }
            if let cause = ending?.cause { line += "  \(cause)" }
            Terminal.complain(line.visible)
        }
        guard Terminal.errorIsTerminal else { return }
        let samples = try history.liveSamples(of: run)
        let running = jobs.filter { $0.standing == .running }.prefix(3).map { job in
            guard let sample = samples.last(where: { $0.key.job == job.index }) else { return job.id }
            var text = "\(job.id) \(sample.stage)"
            if let done = sample.reading.done, let total = sample.reading.total, total > 0 {
                text += " \(Int(done / total * 100))%"
                if let left = sample.reading.left, left > 0 {
                    text += " (\(JobTable.duration(Double(left) / 1e6)) left)"
                }
            }
            return text
        }
        Terminal.progress(([JobTable.summary(jobs)] + running).joined(separator: " | ").visible)
    }
}
