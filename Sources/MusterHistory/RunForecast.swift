public import MusterCore

extension History {
    /// How far a run is, and how long it will take still. `stages`: the names of its stages in order.
    public func forecast(of run: String, jobs: [JobRecord], stages: [String]) throws -> Forecast {
        var samples: [Int: [LiveSample]] = [:]
        for sample in try liveSamples(of: run) { samples[sample.key.job, default: []].append(sample) }
        return Forecast(
            stages: stages,
            jobs: jobs.map { job in
                let attempt = job.attempts.last
                var known = Forecast.Job(
                    index: job.index, node: attempt?.node, hasEnded: job.standing.outcome != nil)
                if job.standing == .ended(.succeeded), !job.isCached, let ending = attempt?.ending {
                    known.duration = Double(ending.duration) / 1e6
                }
                for stage in attempt?.stages ?? [] {
                    if stage.ended != nil {
                        known.done[stage.name] =
                            .some(stage.isReused ? nil : stage.duration.map { Double($0) / 1e6 })
                    } else if job.standing == .running, let started = stage.started {
                        let sample = samples[job.index]?.last { $0.stage == stage.name && $0.key == attempt?.key }
                        let fraction = sample.flatMap { sample -> Double? in
                            guard let done = sample.reading.done, let total = sample.reading.total, total > 0 else {
                                return nil
                            }
                            return done / total
                        }
                        let elapsed = (sample?.time ?? started).microseconds - started.microseconds
                        known.running[stage.name] = (max(0, Double(elapsed) / 1e6), fraction)
                    }
                }
                return known
            })
    }
}
