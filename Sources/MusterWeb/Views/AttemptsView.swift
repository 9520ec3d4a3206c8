import MusterCore
import MusterHistory

/// A job's attempts, the latest first, each with its stages and curves.
struct AttemptsView {
    struct Stage {
        var name: String, outcome: String, style: String
        var duration: String, memory: String, gpuMemory: String, gpu: String, cpu: String, read: String, written: String
        var bar: String, done: String
    }
    struct Picture {
        var title: String, svg: String
    }
    struct Attempt {
        var number: Int, outcome: String, style: String, `where`: String
        var why: String?, cause: String?, gpuErrors: [String]
        var hasStages: Bool, stages: [Stage], hasCurves: Bool, curves: [Picture]
        var words: String?
    }

    var hasAttempts: Bool, none: String
    var attempts: [Attempt]

    init(_ job: JobRecord, forecast: Forecast?, readings: [StageReading], now: Timestamp) {
        hasAttempts = !job.attempts.isEmpty
        none =
            job.isCached
            ? "The result of an earlier run was there already, so nothing had to run." : "No attempt has begun yet."
        attempts = job.attempts.reversed().map { attempt in
            let isLast = attempt.key == job.attempts.last?.key
            let curves = Curves(attempt, readings: readings, now: now).svgs.map {
                Picture(title: $0.title, svg: $0.svg)
            }
            let stages = attempt.stages.map { Self.stage($0, isLast ? forecast?.stages[job.index]?[$0.name] : nil) }
            return Attempt(
                number: attempt.number, outcome: attempt.outcome, style: Look.style(attempt.outcome),
                where: Self.place(attempt, now), why: attempt.why, cause: attempt.ending?.cause,
                gpuErrors: attempt.gpuErrors.compactMap { $0["words"]?.string }, hasStages: !stages.isEmpty,
                stages: stages, hasCurves: !curves.isEmpty, curves: curves,
                words: attempt.ending?.tail.flatMap { $0.isEmpty ? nil : $0 })
        }
    }

    private static func place(_ attempt: AttemptRecord, _ now: Timestamp) -> String {
        var words = [attempt.node.map { "on \($0)" }, attempt.slurmJob.map { "Slurm job \($0)" }].compactMap(\.self)
        if let started = attempt.started {
            words.append(
                "begun \(Words.moment(started)), \(Words.time((attempt.ended ?? now).seconds(since: started)))")
        }
        if attempt.isSuperseded { words.append("another attempt had published before") }
        return words.joined(separator: " · ")
    }

    private static func stage(_ stage: StageRecord, _ part: Forecast.Part?) -> Stage {
        func seconds(_ micro: Int64?) -> String { micro.map { Words.time(Double($0) / 1e6) } ?? "-" }
        let share: Double? = part?.fraction ?? stage.items.map { Double($0.done) / Double(max(1, $0.total)) }
        let outcome = stage.isReused ? "taken over" : stage.outcome
        return Stage(
            name: stage.name, outcome: outcome, style: stage.isReused ? "cached" : Look.style(stage.outcome),
            duration: seconds(stage.duration), memory: Words.size(stage.peakRSS), gpuMemory: Words.size(stage.peakGPU),
            gpu: stage.usage?.utilization.map { "\(Int($0.rounded())) %" } ?? "-", cpu: seconds(stage.usage?.cpu),
            read: Words.size(stage.usage?.read), written: Words.size(stage.usage?.written),
            bar: share.map { Ratio.text($0, title: "\(stage.name) done") } ?? "",
            done: part.map { ProgressView($0) }.map { $0.percent + ($0.left.map { ", \($0) left" } ?? "") }
                ?? stage.items.map { "\($0.done) of \($0.total)" } ?? "")
    }
}
