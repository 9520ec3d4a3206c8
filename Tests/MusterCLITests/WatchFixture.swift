import MusterCore

@testable import MusterCLI
@testable import MusterHistory

/// A run at a moment, as tests of the screen and its pictures show it.
enum WatchFixture {
    static let now = Timestamp(seconds: 1_795_000_000)
    private static let stages = ["segment", "track"]
    private static let gibibyte: Int64 = 1 << 30

    /// `scenes` of each of three learning rates, the first of them ended in several ways.
    static func model(scenes: Int = 6, names: (Int) -> String = { "scan_\(100 + $0)" }, gpus: Bool = true) -> WatchModel
    {
        var jobs: [JobRecord] = []
        var samples: [LiveSample] = []
        var known: [Forecast.Job] = []
        for rate in ["0.001", "0.01", "0.1"] {
            for scene in 0..<scenes {
                let index = jobs.count
                var job = JobRecord(
                    index: index, id: "lr-\(rate)/\(names(scene))",
                    scene: Scene(name: names(scene), path: "/data/\(names(scene))"),
                    point: Point(id: "lr-\(rate)", values: [JSON.Member("lr", .string(rate))]),
                    output: "/results/lr-\(rate)/\(names(scene))", key: "k\(index)", standing: .queued, isCached: false,
                    attempts: [])
                var entry = Forecast.Job(index: index, hasEnded: false)
                switch index {
                case 0, 1, 3, 5: end(&job, .succeeded, minutes: 12 + index, nil, gpus)
                case 2: end(&job, .oomHost, minutes: 4, "host memory ran out in stage 'segment' (limit 8 GiB)", gpus)
                case 4, 6: end(&job, .failed, minutes: 1, "exit code 7 in stage 'track'", gpus)
                case 7, 8, 9, 10:
                    run(&job, &samples, &entry, part: Double(index) / 12, slot: index % 2, gpus)
                default: break
                }
                entry.hasEnded = job.standing.outcome != nil
                entry.node = job.attempts.last?.node
                if job.standing == .ended(.succeeded) {
                    entry.done = ["segment": 600, "track": 120]
                    entry.duration = job.attempts.last?.ending.map { Double($0.duration) / 1e6 }
                }
                jobs.append(job)
                known.append(entry)
            }
        }
        return WatchModel(
            summary: summary, stages: stages, jobs: jobs, samples: samples,
            forecast: Forecast(stages: stages, jobs: known))
    }

    private static let summary = RunSummary(
        run: "20261121-101500-cells-ab12", sweep: "cells", cluster: "gpucluster", folder: "/runs/ab12",
        fingerprint: "", started: Timestamp(seconds: now.microseconds / 1_000_000 - 2520), isCancelled: false,
        standing: .queued, counts: [:], details: .object([]))

    private static func attempt(_ job: JobRecord, _ outcome: String, started: Int64) -> AttemptRecord {
        AttemptRecord(
            key: AttemptKey(job: job.index, generation: 0, element: "4711_\(job.index % 2)", restart: 0), number: 1,
            node: "gpu0\(1 + job.index / 2 % 2)", slot: job.index % 2, outcome: outcome,
            started: Timestamp(seconds: now.microseconds / 1_000_000 - started), isSuperseded: false, gpuErrors: [],
            stages: [])
    }

    private static func end(
        _ job: inout JobRecord, _ outcome: Outcome, minutes: Int, _ cause: String?, _ gpus: Bool
    ) {
        job.standing = .ended(outcome)
        var attempt = attempt(job, outcome.rawValue, started: 2400)
        attempt.ending = Ending(
            outcome: outcome, cause: cause, exitCode: outcome == .failed ? 7 : nil,
            duration: Int64(minutes) * 60_000_000,
            peakRSS: gibibyte * 3 + Int64(job.index) * gibibyte / 4, peakGPU: gpus ? gibibyte * 10 : nil,
            tail: outcome == .failed ? "Traceback (most recent call last):\nValueError: no cells in frame 12\n" : nil)
        let failed = outcome != .succeeded
        attempt.stages = [
            StageRecord(
                name: failed ? (outcome == .failed ? "track" : "segment") : "segment", outcome: outcome.rawValue,
                started: attempt.started, ended: now, duration: Int64(minutes) * 60_000_000, peakRSS: gibibyte * 3,
                isReused: false)
        ]
        job.attempts = [attempt]
    }

    private static func run(
        _ job: inout JobRecord, _ samples: inout [LiveSample], _ entry: inout Forecast.Job, part: Double, slot: Int,
        _ gpus: Bool
    ) {
        job.standing = .running
        var attempt = attempt(job, "running", started: 300)
        attempt.stages = [
            StageRecord(name: "segment", outcome: "running", started: attempt.started, isReused: false)
        ]
        job.attempts = [attempt]
        entry.running = ["segment": (300, part)]
        entry.done = [:]
        var reading = Reading(
            done: part * 100, total: 100, message: "frame \(Int(part * 100)) of 100", rss: gibibyte * 2)
        if gpus {
            reading.gpus = [
                GPUUse(
                    id: "GPU-\(attempt.node ?? "")-\(slot)", used: gibibyte * 9, own: gibibyte * 9,
                    total: gibibyte * 24,
                    utilization: 80 + job.index, power: 250_000, temperature: 61)
            ]
        }
        samples.append(LiveSample(key: attempt.key, stage: "segment", time: now, reading: reading))
    }
}
