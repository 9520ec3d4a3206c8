/// Where everything of a run lies in its folder on the cluster: the only code that builds such a path.
///
/// All paths are absolute on the machine that runs the jobs.
public struct RunPaths: Hashable, Sendable {
    /// The run's folder.
    public let folder: String

    /// Names the paths below `folder`.
    public init(folder: String) { self.folder = folder }

    /// Run, pipeline and settings as one JSON object, written at submission and never changed.
    public var plan: String { "\(folder)/plan.json" }
    /// The job table: one JSON line a job, in the order of their indices.
    public var jobs: String { "\(folder)/jobs.jsonl" }
    /// The blocks of all generations: one JSON line a block; a new generation appends.
    public var blocks: String { "\(folder)/blocks.jsonl" }
    /// Classes of sizes that retries added: one JSON line a class, numbered behind those of the plan.
    public var classes: String { "\(folder)/classes.jsonl" }
    /// What was decided for each later generation, a file per number; the first one of a number counts.
    public var generations: String { "\(folder)/generations" }
    /// The config as it was read.
    public var config: String { "\(folder)/config.yaml" }
    /// What the records of all jobs say alike, where the pipeline keeps such: one JSON object.
    public var experiment: String { "\(folder)/experiment.json" }
    /// The programs' files as they were at submission: one JSON object, see ``CodeFiles``.
    public var code: String { "\(folder)/code.json" }
    /// The copies of code that the run works from, where it has some: a folder for each.
    public var copies: String { "\(folder)/code" }
    /// The batch script of a class of sizes.
    public func script(size: Int) -> String { size == 0 ? "\(folder)/job.sh" : "\(folder)/job-\(size).sh" }
    /// Claims, one file a block and take-over.
    public var claims: String { "\(folder)/claims" }
    /// What was handed to the scheduler, a folder per token.
    public var submissions: String { "\(folder)/submissions" }
    /// Keys of the wire, for the owner only.
    public var keys: String { "\(folder)/keys" }
    /// Secret and public key of the run's agents: two Z85 lines.
    public var clientKey: String { "\(keys)/client" }
    /// Secret and public key of the run's collector: two Z85 lines.
    public var serverKey: String { "\(keys)/server" }
    /// Where the collector listens: `{"address","key","epoch"}`, replaced by rename.
    public var endpoint: String { "\(folder)/endpoint" }
    /// How facts come home, as it was chosen at submission: a word of `ClusterSpec.Way` and a newline.
    public var way: String { "\(folder)/way" }
    /// What a relay has heard: facts in the wire's own line format; it only grows.
    public var journal: String { "\(folder)/relay/journal.jsonl" }
    /// The latest samples that a relay has heard, rewritten in place every two seconds at most.
    public var relayedSamples: String { "\(folder)/relay/live.jsonl" }
    /// The lane whose outbox all clients share: their facts, orders among them. Nodes' lanes have a dot in their names.
    public static let clientLane = "client"
    /// What squeue answered last, for all runs of the workdir (`WORKDIR/runs/RUN` is this one's folder).
    public var queue: String {
        folder.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/queue"
    }
    /// Folders of the agents' lanes.
    public var lanes: String { "\(folder)/lanes" }
    /// Present once every job has its end: the run no longer stands in the way of a new one.
    public var ended: String { "\(folder)/ended" }
    /// Present once somebody asked to cancel the whole run; agents look for it every two seconds.
    public var cancelled: String { "\(folder)/cancelled" }
    /// Marks of shared stage runs that failed, by their place in the job table: jobs that need them can't succeed.
    public var failures: String { "\(folder)/failed" }
    /// Marks of nodes that agents found sick, by their names: `{"reason","t"}`. No agent begins anything on such a node.
    public var sick: String { "\(folder)/sick" }
    /// Present while nothing more is to be started: `{"reason"}`. Removed by who lifts the halt.
    public var halted: String { "\(folder)/halted" }
    /// Present once somebody lifted a halt: `{"t"}`, microseconds; what had ended by then no longer counts.
    public var lifted: String { "\(folder)/lifted" }
    /// Who may submit for the run right now: a file a holder, `1`, `2` ..., the last of which counts.
    public var lease: String { "\(folder)/lease" }
    /// What another machine must know to go on with the run: config path, settings, cluster file; one JSON object.
    public var registration: String { "\(folder)/registration.json" }
    /// Where relative outputs lie.
    public var results: String { "\(folder)/results" }

    /// The claim of `block`; take-overs carry the restart count of the element that took over.
    public func claim(block: String, restart: Int?) -> String {
        "\(claims)/\(block)" + (restart.map { "+\($0)" } ?? "")
    }

    /// Folder of one lane: `NODE.K`, K counted per node and reused by successive agents.
    public func lane(_ name: String) -> LanePaths { LanePaths(folder: "\(lanes)/\(name)") }

    /// What belongs to one submission.
    public func submission(token: String) -> String { "\(submissions)/\(token)" }
}

/// The files of a lane; they are reused by successive agents of the same node.
public struct LanePaths: Hashable, Sendable {
    /// The lane's folder.
    public let folder: String

    /// Names the files in `folder`.
    public init(folder: String) { self.folder = folder }

    /// Held with flock by the agent that uses the lane.
    public var lock: String { "\(folder)/lock" }
    /// Facts of the lane's agents in the wire's line format; it only grows.
    public var outbox: String { "\(folder)/outbox.jsonl" }
    /// The latest samples, rewritten in place once a second at most.
    public var live: String { "\(folder)/live.json" }
    /// Output of all the lane's stages, one after the other.
    public var log: String { "\(folder)/log" }
    /// Space that is given up for facts when the file system is full.
    public var reserve: String { "\(folder)/reserve" }
    /// Which bytes of `log` belong to which attempt and stage: one JSON line a stage.
    public var logIndex: String { "\(folder)/log.index.jsonl" }
}

/// Folders of one job's results.
public struct OutputPaths: Hashable, Sendable {
    /// The published result: appears whole, by one rename.
    public let final: String

    /// Names the places around `final`.
    public init(final: String) { self.final = final }

    /// Where one attempt works: beside the final place, so on the same file system.
    public func attempt(run: String, generation: Int, restart: Int) -> String {
        "\(attempts)\(run).\(generation).\(restart)"
    }

    /// What the folders of all attempts begin with.
    public var attempts: String {
        let slash = final.lastIndex(of: "/") ?? final.startIndex
        return "\(final[..<slash])/.\(final[slash...].dropFirst()).attempt."
    }

    /// What the program of a stage with this key keeps to go on from: it lasts from one attempt to the next, until the
    /// result is published.
    public func checkpoint(stage: String, key: String) -> String {
        let slash = final.lastIndex(of: "/") ?? final.startIndex
        return "\(final[..<slash])/.\(final[slash...].dropFirst()).checkpoint.\(stage).\(key.prefix(16))"
    }

    /// Where the products of a stage with this key lie that several jobs share: beside the results, so on the same file
    /// system.
    public static func stored(_ stage: String, key: String, below root: String) -> String {
        "\(store(below: root))/\(stage)-\(key.prefix(24))"
    }
    /// The folder of all those.
    public static func store(below root: String) -> String { "\(root)/.muster/stages" }
    /// Folder of muster's own records inside a result or an attempt.
    public static func records(in folder: String) -> String { "\(folder)/.muster" }
    /// The record that says what made a result: written before the rename that publishes.
    public static func jobRecord(in folder: String) -> String { "\(folder)/.muster/job.json" }
    /// The list of all files of a result, by which it is known to be whole.
    public static func fileList(in folder: String) -> String { "\(folder)/.muster/files.json" }
    /// The record of a finished stage in an attempt's folder.
    public static func stageRecord(_ stage: String, in folder: String) -> String {
        "\(folder)/.muster/stage.\(stage).json"
    }
    /// The records of the items that are done of a stage: one JSON line a stretch.
    public static func itemRecords(_ stage: String, in folder: String) -> String {
        "\(folder)/.muster/items.\(stage).jsonl"
    }
}
