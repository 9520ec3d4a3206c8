import Foundation
import MusterCore
import MusterHistory

/// What changes in a run, as JSON objects: those of `muster watch --json`.
struct WatchStream {
    private var run: JSON?
    private var jobs: [Int: JSON] = [:]
    private var stages: [String: JSON] = [:]

    /// What is other than in the model before; everything at first.
    mutating func changes(_ model: WatchModel) -> [JSON] {
        var changes: [JSON] = []
        let run = Self.run(model)
        if run != self.run { changes.append(run) }
        self.run = run
        for (place, job) in model.jobs.enumerated() {
            let json = Self.job(job, number: place + 1, model)
            if jobs.updateValue(json, forKey: job.index) != json { changes.append(json) }
            guard let attempt = job.attempts.last else { continue }
            for stage in attempt.stages {
                let json = Self.stage(stage, attempt, job, model)
                let name = "\(job.index) \(attempt.number) \(stage.name)"
                if stages.updateValue(json, forKey: name) != json { changes.append(json) }
            }
        }
        return changes
    }

    /// The last object: the run as `history show --json` prints it.
    static func end(_ run: String, report: JSON) -> JSON {
        .object(["schema": 1, "change": "end", "run": .string(run), "report": report])
    }

    private static func run(_ model: WatchModel) -> JSON {
        let part = model.forecast.sweep
        return .object([
            "schema": 1, "change": "run", "run": .string(model.summary.run), "sweep": .string(model.summary.sweep),
            "cluster": .string(model.summary.cluster), "jobs": .int(Int64(model.jobs.count)),
            "counts": .object(model.counts.map { JSON.Member("\($0.standing)", .int(Int64($0.count))) }),
            "held": .int(Int64(model.held.count)), "halted": model.halt.map { .string($0) } ?? .null,
            "fraction": .double(whole(part.fraction * 100) / 100), "remaining_s": seconds(part.remaining),
            "ended": model.summary.ended.map { .string($0.description) } ?? .null,
        ])
    }

    private static func job(_ job: JobRecord, number: Int, _ model: WatchModel) -> JSON {
        let attempt = job.attempts.last
        return .object([
            "schema": 1, "change": "job", "run": .string(model.summary.run), "number": .int(Int64(number)),
            "job": .string(job.id), "outcome": .string("\(job.standing)"), "cached": .bool(job.isCached),
            "held": .bool(model.held.contains(job.index)),
            "attempt": attempt.map { .int(Int64($0.number)) } ?? .null,
            "node": attempt?.node.map { .string($0) } ?? .null,
            "cause": attempt?.ending?.cause.map { .string($0) } ?? .null,
            "duration_s": attempt?.ending.map { .double(Double($0.duration) / 1e6) } ?? .null,
            "peak_rss_bytes": bytes(attempt?.ending?.peakRSS), "peak_gpu_bytes": bytes(attempt?.ending?.peakGPU),
        ])
    }

    private static func stage(
        _ stage: StageRecord, _ attempt: AttemptRecord, _ job: JobRecord, _ model: WatchModel
    ) -> JSON {
        let part = stage.ended == nil ? model.forecast.stages[job.index]?[stage.name] : nil
        let reading = model.samples[job.index]?.last { $0.stage == stage.name && $0.key == attempt.key }?.reading
        return .object([
            "schema": 1, "change": "stage", "run": .string(model.summary.run), "job": .string(job.id),
            "attempt": .int(Int64(attempt.number)), "stage": .string(stage.name), "outcome": .string(stage.outcome),
            "fraction": stage.ended != nil ? 1 : part.map { .double(whole($0.fraction * 1000) / 1000) } ?? .null,
            "remaining_s": seconds(stage.ended == nil ? part?.remaining : 0),
            "rss_bytes": bytes(stage.ended == nil ? reading?.rss : nil), "peak_rss_bytes": bytes(stage.peakRSS),
            "message": (stage.ended == nil ? reading?.message : nil).map { .string($0) } ?? .null,
            "gpus": .array(
                (stage.ended == nil ? reading?.gpus ?? [] : []).map { gpu in
                    .object([
                        "id": .string(gpu.id), "used_bytes": bytes(gpu.used), "own_bytes": bytes(gpu.own),
                        "total_bytes": bytes(gpu.total),
                        "utilization": gpu.utilization.map { .int(Int64($0)) } ?? .null,
                    ])
                }),
        ])
    }

    private static func whole(_ value: Double) -> Double { value.rounded(.down) }
    private static func seconds(_ value: Double?) -> JSON { value.map { .double($0.rounded()) } ?? .null }
    private static func bytes(_ value: Int64?) -> JSON { value.map { .int($0) } ?? .null }
}

/// Writes lines to standard output as they come.
enum WatchOutput {
    /// - Throws: `CancellationError` when the reader has gone: nobody is left to tell.
    static func write(_ changes: [JSON]) throws {
        guard !changes.isEmpty else { return }
        let text = changes.map { $0.line + "\n" }.joined()
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            throw CancellationError()
        }
    }
}
