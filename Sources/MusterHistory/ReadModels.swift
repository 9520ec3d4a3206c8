public import MusterCore

/// A run as the history knows it.
public struct RunSummary: Equatable, Sendable {
    /// Its id, the sweep's name and the cluster's.
    public var run: String, sweep: String, cluster: String
    /// The run folder on the cluster; empty when only facts are known of the run.
    public var folder: String
    /// What was registered with it: see `RunRegistration`.
    public var configPath: String?, way: String?, home: String?
    /// Absolute path below which results lie.
    public var outputRoot: String?
    /// Digest of its plan.
    public var fingerprint: String
    /// When it was made, else its earliest fact.
    public var started: Timestamp?
    /// When it was over.
    public var ended: Timestamp?
    /// Somebody asked to cancel all of it.
    public var isCancelled: Bool
    /// Where its jobs stand of which nothing was told.
    public var standing: Standing
    /// How many jobs stand where.
    public var counts: [Standing: Int]
    /// `{"plan":...}` and what else was registered.
    public var details: JSON

    /// What is to be done, as it was registered; nil where only facts are known.
    public var plan: RunPlan? { details["plan"].flatMap(RunPlan.init(json:)) }
    /// Jobs in all.
    public var jobCount: Int { counts.values.reduce(0, +) }
    /// Jobs that succeeded.
    public var succeeded: Int { counts[.ended(.succeeded)] ?? 0 }
    /// Jobs that were cancelled.
    public var cancelled: Int { counts[.ended(.cancelled)] ?? 0 }
    /// Jobs that run.
    public var running: Int { counts[.running] ?? 0 }
    /// Jobs that ended otherwise than by success or cancelling.
    public var failed: Int {
        counts.reduce(0) { $0 + ($1.key.outcome == nil ? 0 : $1.value) } - succeeded - cancelled
    }
    /// Jobs that did not begin yet.
    public var waiting: Int { jobCount - succeeded - cancelled - running - failed }
}

/// A job with all its attempts.
public struct JobRecord: Equatable, Sendable {
    /// Position in the job table.
    public var index: Int
    /// `scene` or `point/scene`; `#INDEX` when only facts are known of it.
    public var id: String
    /// The scene.
    public var scene: Scene
    /// The point.
    public var point: Point
    /// Path of the published result.
    public var output: String
    /// Digest of all that makes the result.
    public var key: String
    /// Where it stands.
    public var standing: Standing
    /// The published result of an earlier run was taken.
    public var isCached: Bool
    /// The attempts, the earliest first.
    public var attempts: [AttemptRecord]
}

/// An attempt with its stages.
public struct AttemptRecord: Equatable, Sendable {
    /// Its identity.
    public var key: AttemptKey
    /// From 1, the earliest first.
    public var number: Int
    /// Why there is this one behind an earlier one, where that is known: `oom_host: memory 4 GiB -> 6 GiB`.
    public var why: String?
    /// Where it ran.
    public var node: String?, slot: Int?, folder: String?
    /// The outcome's word; `submitted` or `running` before the end.
    public var outcome: String
    /// When it began and ended.
    public var started: Timestamp?, ended: Timestamp?
    /// Its end, once there is one: see `Ending`.
    public var ending: Ending?
    /// Another attempt had published before.
    public var isSuperseded: Bool
    /// Errors that its GPUs told, as `GPUErrorFact.summary` writes them.
    public var gpuErrors: [JSON]
    /// Its stages in the order in which they began.
    public var stages: [StageRecord]

    /// Slurm's name of the element; nil where the job ran without Slurm.
    public var slurmJob: String? { key.element.hasPrefix("local") || key.element.isEmpty ? nil : key.element }
}

/// A stage of an attempt.
public struct StageRecord: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// The outcome's word; `running` before the end.
    public var outcome: String
    /// When it began and ended.
    public var started: Timestamp?, ended: Timestamp?
    /// Microseconds of the monotonic clock that it took.
    public var duration: Int64?
    /// How its program ended.
    public var exitCode: Int?, signal: Int?
    /// Highest sum of resident memory, and the most of its GPUs' memory, in bytes.
    public var peakRSS: Int64?, peakGPU: Int64?
    /// What else it used, where that was measured.
    public var usage: Usage?
    /// Its products were taken over from an earlier attempt.
    public var isReused: Bool
    /// What became of its items, where it went through some.
    public var items: ItemCounts?
}

/// The latest reading of a stage of an attempt that runs.
public struct LiveSample: Equatable, Sendable {
    /// The attempt.
    public var key: AttemptKey
    /// The stage.
    public var stage: String
    /// When it was read, by the agent's clock.
    public var time: Timestamp
    /// The reading.
    public var reading: Reading
}
