extension NodeHealth.Facts {
    /// What the facts of a run tell of `stage`, for `job` which could not start it on `node`. Clocks of other nodes may differ
    /// by less than a minute.
    public init(_ state: RunState, stage: String, job: Int, node: String, now: Timestamp) {
        self.init()
        var lastGood: Timestamp?
        var failures: [(job: Int, time: Timestamp)] = []
        var other: String?
        for (index, known) in state.jobs {
            let runs = Self.runs(of: stage, in: known)
            if index == job, let too = runs.first(where: { $0.node != node && $0.hasFailed }) {
                elsewhere = .failedToo(too.node)
                return
            }
            for run in runs {
                if run.hasFailed {
                    guard run.node == node, !runs.contains(where: { $0.node != node && $0.hasFailed }) else { continue }
                    failures.append((index, run.time))
                } else if run.hasStarted(by: now) {
                    if run.node == node {
                        lastGood = max(lastGood ?? run.time, run.time)
                    } else {
                        other = min(other ?? run.node, run.node)
                    }
                }
            }
        }
        elsewhere = other.map { .started($0) } ?? .unknown
        isGoodHere = lastGood != nil
        failedHere = Set(failures.filter { failure in lastGood.map { failure.time > $0 } ?? true }.map(\.job))
    }

    /// A stage of an attempt that was not taken over.
    private struct Run {
        var node: String
        var stage: StageState

        var hasFailed: Bool { stage.ending.map(NodeHealth.isStartFailure) ?? false }
        /// Its end, else its beginning.
        var time: Timestamp { stage.ended ?? stage.started ?? Timestamp(microseconds: 0) }

        func hasStarted(by now: Timestamp) -> Bool {
            if let ending = stage.ending { return NodeHealth.hasStarted(ending) }
            return stage.started.map { now.microseconds - $0.microseconds >= NodeHealth.sure } ?? false
        }
    }

    private static func runs(of stage: String, in job: JobState) -> [Run] {
        job.attempts.compactMap { attempt in
            guard let node = attempt.start?.node, !node.isEmpty,
                let known = attempt.stages.first(where: { $0.name == stage }), !known.reused
            else { return nil }
            return Run(node: node, stage: known)
        }
    }
}
