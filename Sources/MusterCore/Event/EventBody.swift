/// Which execution of a job: the identity of an attempt.
public struct AttemptKey: Hashable, Sendable {
    /// Position of the job in the table.
    public var job: Int
    /// Generation of the block that it was claimed with.
    public var generation: Int
    /// The allocation's element: Slurm's `ARRAYJOB_TASK`, or `local-PID-START`.
    public var element: String
    /// How often Slurm restarted the element before.
    public var restart: Int

    /// Makes a key.
    public init(job: Int, generation: Int, element: String, restart: Int) {
        self.job = job
        self.generation = generation
        self.element = element
        self.restart = restart
    }

    var fields: [JSON.Member] {
        [
            .init("job", .int(job)), .init("gen", .int(generation)), .init("element", .string(element)),
            .init("restart", .int(restart)),
        ]
    }

    init(json: JSON) {
        self.init(
            job: Int(json["job"]?.int ?? -1), generation: Int(json["gen"]?.int ?? 0),
            element: json["element"]?.string ?? "", restart: Int(json["restart"]?.int ?? 0))
    }
}

/// How a job, an attempt or a stage ended.
public enum Outcome: String, CaseIterable, Sendable {
    case succeeded, partial, failed, killed, timeout, preempted, cancelled, lost
    /// The kernel ended a process of it for want of host memory.
    case oomHost = "oom_host"
    /// The GPU's memory did not suffice.
    case oomGPU = "oom_gpu"
    /// The node went away.
    case nodeFailed = "node_failed"
}

/// What a stage's or job's end is known by.
public struct Ending: Equatable, Sendable {
    /// The outcome.
    public var outcome: Outcome
    /// In words, when there is something to say: what went wrong and where.
    public var cause: String?
    /// Exit code of the (failing) stage's program.
    public var exitCode: Int?
    /// Signal that ended it.
    public var signal: Int?
    /// Microseconds of the monotonic clock that it took.
    public var duration: Int64
    /// Highest sum of resident memory over the process tree, in bytes.
    public var peakRSS: Int64?
    /// Highest use of GPU memory, in bytes.
    public var peakGPU: Int64?
    /// Kernel out-of-memory kills counted while it ran.
    public var oomKills: Int64
    /// Memory limit in force, in bytes.
    public var memoryLimit: Int64?
    /// Last lines that it printed, when it did not succeed.
    public var tail: String?
    /// What became of its items; nil where there are none.
    public var items: ItemCounts?
    /// Bytes of its output that were left out of the log, since there were too many.
    public var logCut: Int64?
    /// What else it used, where that was measured.
    public var usage: Usage?
    /// The files of a job's result; nil where there are none.
    public var made: MadeFiles?

    /// Makes an ending.
    public init(
        outcome: Outcome, cause: String? = nil, exitCode: Int? = nil, signal: Int? = nil, duration: Int64 = 0,
        peakRSS: Int64? = nil, peakGPU: Int64? = nil, oomKills: Int64 = 0, memoryLimit: Int64? = nil,
        tail: String? = nil, usage: Usage? = nil
    ) {
        self.outcome = outcome
        self.cause = cause
        self.exitCode = exitCode
        self.signal = signal
        self.duration = duration
        self.peakRSS = peakRSS
        self.peakGPU = peakGPU
        self.oomKills = oomKills
        self.memoryLimit = memoryLimit
        self.tail = tail
        self.usage = usage
    }

    var fields: [JSON.Member] {
        let own = JSON.object([
            "outcome": .string(outcome.rawValue), "cause": cause.map(JSON.string), "exit": exitCode.map { .int($0) },
            "signal": signal.map { .int($0) }, "us": .int(duration), "rss": peakRSS.map { .int($0) },
            "gpu": peakGPU.map { .int($0) }, "oom_kills": .int(oomKills), "limit": memoryLimit.map { .int($0) },
            "tail": tail.map(JSON.string), "log_cut": logCut.map { .int($0) }, "items": items?.json,
            "made": made?.json,
        ])
        return (own.members ?? []) + (usage?.json.members ?? [])
    }

    init?(json: JSON) {
        guard let outcome = json["outcome"]?.string.flatMap(Outcome.init(rawValue:)) else { return nil }
        self.init(
            outcome: outcome, cause: json["cause"]?.string, exitCode: (json["exit"]?.int).map { Int($0) },
            signal: (json["signal"]?.int).map { Int($0) }, duration: json["us"]?.int ?? 0, peakRSS: json["rss"]?.int,
            peakGPU: json["gpu"]?.int, oomKills: json["oom_kills"]?.int ?? 0, memoryLimit: json["limit"]?.int,
            tail: json["tail"]?.string, usage: Usage(json: json))
        items = json["items"].flatMap(ItemCounts.init(json:))
        logCut = json["log_cut"]?.int
        made = json["made"].flatMap(MadeFiles.init(json:))
    }
}

/// What an event says. Fields of each kind: docs/protocol.md.
public enum EventBody: Equatable, Sendable {
    /// An agent runs: on this node, in this lane, for this element, with so many slots; details for people behind.
    case agentStarted(node: String, lane: String, element: String, restart: Int, slots: Int, details: JSON)
    /// An agent ends; the reason in words.
    case agentEnded(reason: String)
    /// An agent holds a block; `takeover` when it follows an earlier run of its own element.
    case blockClaimed(block: String, generation: Int, takeover: Bool)
    /// The claim was lost to another holder: what it was running was ended.
    case fenced(block: String, reason: String)
    /// An agent asks the scheduler to start its element again, whose jobs can go on there or elsewhere; `refused` is why it would not.
    case requeued(element: String, restart: Int, refused: String?)
    /// A file system takes no more (or does again): the agent starts nothing until it does. Bytes free and in all.
    case noSpace(path: String, free: Int64?, total: Int64?, isOver: Bool)
    /// An asset of a result that is about to be published, which its stage named.
    case assetMade(AttemptKey, stage: String, MadeAsset)
    /// An agent found its node sick: it begins nothing more there; the reason in words.
    case nodeSick(node: String, reason: String)
    /// A program's file is other than when the run was submitted, or as it was again: each content once an agent.
    case codeChanged(node: String, CodeChange)
    /// An attempt begins.
    case jobStarted(AttemptKey, node: String, slot: Int, folder: String)
    /// Why there is this attempt behind an earlier one, in words, and the parameters that are other than the job's.
    case jobRetried(AttemptKey, why: String, set: [JSON.Member])
    /// An attempt is over. `superseded`: another attempt had published before.
    case jobEnded(AttemptKey, Ending, superseded: Bool)
    /// The published result of an earlier run has the same key: nothing was run.
    case jobCached(job: Int)
    /// A stage's program starts.
    case stageStarted(AttemptKey, stage: String, pid: Int)
    /// A stage is over. `reused`: its products were taken over from an earlier attempt.
    case stageEnded(AttemptKey, stage: String, Ending, reused: Bool)
    /// A kernel out-of-memory counter rose by `kills` while the stage ran.
    case oom(AttemptKey, stage: String, kills: Int64, limit: Int64?)
    /// What was last seen of an attempt whose agent said no more: resident memory in bytes, from the agent's live file. With
    /// `excuse` the attempt is not to blame when its element ran out of memory, for that reason.
    case lastSeen(AttemptKey, rss: Int64?, excuse: String?)
    /// The client is about to hand something to the scheduler under this token.
    case submitting(token: String, elements: Int)
    /// The scheduler's id for the token.
    case submitted(token: String, schedulerID: String)
    /// The scheduler's word on an element: state and exit in its own form.
    case scheduler(element: String, restart: Int, state: String, exit: String, ended: Bool)
    /// Somebody asked to cancel these jobs (all when empty).
    case cancelRequested(jobs: [Int])
    /// Somebody wants another attempt of these jobs.
    case retryRequested(jobs: [Int], Ask)
    /// Somebody wants these jobs not to be begun (all when empty).
    case jobsHeld(jobs: [Int])
    /// These jobs may be begun again (all when empty).
    case jobsReleased(jobs: [Int])
    /// Somebody wants no more than so many jobs to run side by side; 0 for any number.
    case runThrottled(limit: Int)
    /// A GPU of a stage told of an error while the stage ran.
    case gpuError(AttemptKey, stage: String, GPUError)
    /// A job waits for its slot's GPU to have as much memory free as it needs; told once for each wait.
    case gpuWaiting(job: Int, gpu: String, needed: Int64, free: Int64)
    /// Scheduler programs that were started, by name.
    case schedulerCalls([JSON.Member])
    /// Nothing more is started for the run; the reason in words.
    case runHalted(reason: String)
    /// Somebody wants the run to go on although it was halted.
    case runLifted
    /// People were told about the run: what of, as `Notice.mark` says it.
    case notified(about: String)
    /// Nothing more is to come: the run is over.
    case runEnded
    /// The latest reading of a running stage (a sample).
    case sample(AttemptKey, stage: String, Reading)
    /// Something about code, executions and assets, which belongs to no run: see `MusterProvenance`.
    case provenance(kind: String, fields: [JSON.Member])
    /// A kind that this version does not know, as it came.
    case unknown(kind: String, json: JSON)
}

/// A progress and resource reading.
public struct Reading: Equatable, Sendable {
    /// What the pipeline program said last: item, done, total, message.
    public var item: String?
    /// Steps done.
    public var done: Double?
    /// Steps in all.
    public var total: Double?
    /// Its message.
    public var message: String?
    /// Resident memory of the process tree now, in bytes.
    public var rss: Int64?
    /// CPU time so far, in microseconds.
    public var cpu: Int64?
    /// Bytes read from storage and written to it so far.
    public var read: Int64?, written: Int64?
    /// Memory that the agent's control group uses now, in bytes; it includes other slots and the page cache.
    public var group: Int64?
    /// What its GPUs do.
    public var gpus: [GPUUse] = []
    /// Items that a worker has finished of those that it was given.
    public var items: Int?

    /// Makes a reading.
    public init(
        item: String? = nil, done: Double? = nil, total: Double? = nil, message: String? = nil, rss: Int64? = nil,
        cpu: Int64? = nil
    ) {
        self.item = item
        self.done = done
        self.total = total
        self.message = message
        self.rss = rss
        self.cpu = cpu
    }
}
