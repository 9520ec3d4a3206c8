/// Jobs of about one size, and the elements that run them.
public struct SizeClass: Hashable, Sendable {
    /// The most that one of its jobs asks for.
    public var resources: Resources
    /// Jobs that one agent runs side by side.
    public var slots: Int
    /// Elements of each of its arrays of the first submission.
    public var arrays: [Int]
    /// Its rows are shared stage runs, and its agents run nothing else: the elements of the other classes wait for them.
    public var isShared: Bool

    /// Describes a class.
    public init(resources: Resources, slots: Int, arrays: [Int], isShared: Bool = false) {
        self.isShared = isShared
        self.resources = resources
        self.slots = slots
        self.arrays = arrays
    }

    var json: JSON {
        .object([
            "resources": resources.json, "slots": .int(slots), "arrays": .array(arrays.map { .int($0) }),
            "shared": isShared ? true : nil,
        ])
    }

    init(json: JSON) {
        self.init(
            resources: Resources(json: json["resources"] ?? .object([])), slots: Int(json["slots"]?.int ?? 1),
            arrays: (json["arrays"]?.array ?? []).compactMap { $0.int.map { Int($0) } },
            isShared: json["shared"]?.bool ?? false)
    }
}

/// What every agent of a run must know besides the tables: the content of `plan.json`.
public struct RunPlan: Hashable, Sendable {
    /// The run's id.
    public var run: String
    /// The sweep's name (`experiment.name`).
    public var sweep: String
    /// Name of the cluster.
    public var cluster: String
    /// Digest of the whole plan: equal for equal configs and data.
    public var fingerprint: String
    /// The stages in the order in which they run, with their parameters resolved.
    public var stages: [StageSpec]
    /// The classes of sizes that jobs belong to, at least one; blocks name theirs.
    public var classes: [SizeClass]
    /// Jobs in the table.
    public var jobCount: Int
    /// Rows of the table: the jobs, and behind them the stage runs that they share.
    public var rowCount: Int
    /// Absolute path below which results lie.
    public var outputRoot: String
    /// How results are put in order behind the last stage.
    public var layout: [LayoutRule] = []
    /// The most that a program's output may take in a log, in bytes.
    public var logLimit: Int64 = Self.usualLogLimit
    /// The limit where nobody says another.
    public static let usualLogLimit: Int64 = 64 << 20
    /// Record files besides muster's own that agents keep in results; nil for none.
    public var records: RecordStyle?
    /// Blocks that one agent runs before it ends; nil for as many as its time allows.
    public var blocksPerAgent: Int?

    /// Makes a plan.
    public init(
        run: String, sweep: String, cluster: String, fingerprint: String, stages: [StageSpec], classes: [SizeClass],
        jobCount: Int, outputRoot: String, blocksPerAgent: Int? = nil
    ) {
        self.run = run
        self.sweep = sweep
        self.cluster = cluster
        self.fingerprint = fingerprint
        self.stages = stages
        self.classes = classes
        self.jobCount = jobCount
        rowCount = jobCount
        self.outputRoot = outputRoot
        self.blocksPerAgent = blocksPerAgent
    }

    /// Makes a plan whose jobs are all of one size.
    public init(
        run: String, sweep: String, cluster: String, fingerprint: String, stages: [StageSpec], resources: Resources,
        slots: Int, jobCount: Int, outputRoot: String, arrays: [Int] = [1]
    ) {
        self.init(
            run: run, sweep: sweep, cluster: cluster, fingerprint: fingerprint, stages: stages,
            classes: [SizeClass(resources: resources, slots: slots, arrays: arrays)], jobCount: jobCount,
            outputRoot: outputRoot)
    }

    /// The class of a number; the first one for a number that there is not.
    public subscript(size: Int) -> SizeClass { classes.indices.contains(size) ? classes[size] : classes[0] }

    /// The arrays of the first submission, one class behind the other: the class and the elements of each.
    public var parts: [(size: Int, elements: Int)] {
        classes.enumerated().flatMap { size, sort in sort.arrays.map { (size, $0) } }
    }

    /// The class that a submission runs. The parts of later rounds are numbered by it.
    public func size(round: Int, part: Int) -> Int {
        round > 0 ? part : parts.indices.contains(part) ? parts[part].size : 0
    }

    /// The plan as a JSON object with `"schema": 1`.
    public var json: JSON {
        .object([
            "schema": 1, "run": .string(run), "sweep": .string(sweep), "cluster": .string(cluster),
            "fingerprint": .string(fingerprint), "stages": .array(stages.map(\.json)),
            "classes": .array(classes.map(\.json)), "jobs": .int(jobCount),
            "rows": rowCount == jobCount ? nil : .int(rowCount),
            "output_root": .string(outputRoot),
            "blocks_per_agent": blocksPerAgent.map { .int($0) },
            "log_limit": logLimit == Self.usualLogLimit ? nil : .int(logLimit),
            "layout": layout.isEmpty ? nil : .array(layout.map(\.json)),
            "records": records.map { .string($0.rawValue) },
        ])
    }

    /// Reads what `json` writes, and what versions before the classes wrote; nil when a part is missing.
    public init?(json: JSON) {
        guard let run = json["run"]?.string, let stages = json["stages"]?.array else { return nil }
        let classes = (json["classes"]?.array ?? [json]).map(SizeClass.init(json:))
        self.init(
            run: run, sweep: json["sweep"]?.string ?? "", cluster: json["cluster"]?.string ?? "",
            fingerprint: json["fingerprint"]?.string ?? "", stages: stages.compactMap(StageSpec.init(json:)),
            classes: classes, jobCount: Int(json["jobs"]?.int ?? 0), outputRoot: json["output_root"]?.string ?? "",
            blocksPerAgent: (json["blocks_per_agent"]?.int).map { Int($0) })
        rowCount = Int(json["rows"]?.int ?? Int64(jobCount))
        logLimit = json["log_limit"]?.int ?? Self.usualLogLimit
        layout = (json["layout"]?.array ?? []).compactMap(LayoutRule.init(json:))
        records = json["records"]?.string.flatMap(RecordStyle.init(rawValue:))
    }
}
