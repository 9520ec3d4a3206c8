import Foundation
import MusterCore
import MusterHistory

/// Shows a run while it goes on: a line that is rewritten at a terminal, a line for each job's end in a pipe.
final class Progress {
    /// The outcome told last of each job: one that was lost may succeed later.
    private var told: [Int: Outcome] = [:]
    private let history: History
    private let run: String
    private let stages: [String]

    /// `stages`: the names of the run's stages in order.
    init(run: String, stages: [String], history: History) {
        self.run = run
        self.stages = stages
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
        let forecast = try history.forecast(of: run, jobs: jobs, stages: stages)
        let running = jobs.filter { $0.standing == .running }.prefix(3).map { job in
            ([job.id] + Self.stages(of: job.index, forecast, in: stages)).joined(separator: " ")
        }
        let whole = jobs.contains { $0.standing == .running } ? [Self.words(forecast.sweep)] : []
        Terminal.progress(([JobTable.summary(jobs)] + whole + running).joined(separator: " | ").visible)
    }

    /// `segment 61%, 3 min left` for each stage of a job that runs, in the pipeline's order.
    static func stages(of job: Int, _ forecast: Forecast, in names: [String]) -> [String] {
        names.compactMap { name in
            forecast.stages[job]?[name].map { $0.fraction > 0 ? "\(name) \(words($0))" : name }
        }
    }

    /// `61%, 3 min left`.
    static func words(_ part: Forecast.Part) -> String {
        let percent = "\(Int(part.fraction * 100))%"
        return part.remaining.map { "\(percent), \(time($0)) left" } ?? percent
    }

    /// A span for people: `40 s`, `3 min`, `2 h 10 min`, `3 d 4 h`.
    static func time(_ seconds: Double) -> String {
        let whole = Int64(min(seconds, 1e9).rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\((whole + 30) / 60) min"
        case ..<86_400: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
        }
    }
}
