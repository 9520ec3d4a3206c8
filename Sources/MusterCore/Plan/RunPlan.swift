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
    /// The class of the plan whose batch script its elements use; nil for one of the plan's own.
    public var base: Int?
    /// Nodes that its elements stay away from.
    public var avoid: [String] = []
    /// How long its elements last, where that is not what their script says.
    public var elementTime: WallTime?

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
            "base": base.map { .int($0) }, "avoid": avoid.isEmpty ? nil : .strings(avoid),
            "element_time_s": elementTime.map { .int($0.seconds) },
        ])
    }

    /// A line of the table of further classes: with its number in front.
    public func line(number: Int) -> JSON { .object([.init("size", .int(number))] + (json.members ?? [])) }

    /// Reads what ``line(number:)`` writes; nil for another line.
    public static func numbered(_ json: JSON) -> (number: Int, size: SizeClass)? {
        json["size"]?.int.map { (Int(clamping: $0), SizeClass(json: json)) }
    }

    init(json: JSON) {
        self.init(
            resources: Resources(json: json["resources"] ?? .object([])), slots: Int(json["slots"]?.int ?? 1),
            arrays: (json["arrays"]?.array ?? []).compactMap { $0.int.map { Int($0) } },
            isShared: json["shared"]?.bool ?? false)
        base = (json["base"]?.int).map { Int(clamping: $0) }
        avoid = (json["avoid"]?.array ?? []).compactMap(\.string)
        elementTime = (json["element_time_s"]?.int).map { WallTime(seconds: $0) }
    }
}

/// The most that one place can give one job; what is nil is not known.
public struct Ceiling: Hashable, Sendable {
    /// Memory of its largest node.
    public var memory: ByteCount?
    /// The longest that an allocation may last.
    public var time: WallTime?

    /// Gathers what is known.
    public init(memory: ByteCount? = nil, time: WallTime? = nil) {
        self.memory = memory
        self.time = time
    }

    var json: JSON {
        .object(["memory_bytes": memory.map { .int($0.bytes) }, "time_s": time.map { .int($0.seconds) }])
    }

    init(json: JSON) {
        self.init(
            memory: (json["memory_bytes"]?.int).map { ByteCount($0) },
            time: (json["time_s"]?.int).map { WallTime(seconds: $0) })
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
    /// Files up to this size have their checksums taken, in bytes; 0 for none.
    public var checksumLimit = Int64.max
    /// Record files besides muster's own that agents keep in results; nil for none.
    public var records: RecordStyle?
    /// Blocks that one agent runs before it ends; nil for as many as its time allows.
    public var blocksPerAgent: Int?
    /// Which ends are followed by another attempt.
    public var retry = RetryPolicy.standard
    /// When the run starts nothing more; nil for never.
    public var halt: HaltPolicy?
    /// Jobs that must succeed before others are begun; their blocks say so.
    public var canaries = 0
    /// What the place can carry at most.
    public var most = Ceiling()
    /// Nodes that all elements stay away from, in Slurm's notation.
    public var exclude: String?
    /// What agents measure beyond what costs next to nothing.
    public var measures: Set<Measure> = []
    /// Folders that lie elsewhere than when the run was planned; the plan's paths are those of now.
    public var moved = Relocation([])
    /// The copies of code that its programs run from; nil for a run that works with what lies there.
    public var copies: CodeMap?

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

    /// The plan with the classes that retries added, by their numbers; the first word about a number counts, and one that
    /// does not follow on those before it is left for later.
    public func extended(by more: [(number: Int, size: SizeClass)]) -> RunPlan {
        var plan = self
        for (number, size) in more where number == plan.classes.count { plan.classes.append(size) }
        return plan
    }

    /// The arrays of the first submission, one class behind the other: the class and the elements of each.
    public var parts: [(size: Int, elements: Int)] {
        classes.enumerated().flatMap { size, sort in sort.arrays.map { (size, $0) } }
    }

    /// The class that a submission runs. The parts of later rounds are numbered by it.
    public func size(round: Int, part: Int) -> Int {
        round > 0 ? part : parts.indices.contains(part) ? parts[part].size : 0
    }

    /// How many elements of a class have room for so many jobs, one at least; nil for any number of jobs.
    public func elements(forJobs jobs: Int?, size: Int) -> Int? {
        guard let jobs, jobs > 0 else { return nil }
        return max(1, jobs / max(1, self[size].slots))
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
            "checksums": checksumLimit == .max ? nil : .int(checksumLimit),
            "measure": measures.isEmpty ? nil : .strings(measures.map(\.rawValue).sorted()),
            "layout": layout.isEmpty ? nil : .array(layout.map(\.json)),
            "records": records.map { .string($0.rawValue) },
            "retry": retry == .standard ? nil : retry.json, "halt": halt?.json,
            "canary": canaries == 0 ? nil : .int(canaries),
            "moved": moved.isEmpty ? nil : moved.json,
            "copies": copies?.json,
            "most": most == Ceiling() ? nil : most.json, "exclude": exclude.map(JSON.string),
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
        checksumLimit = json["checksums"]?.int ?? .max
        retry = json["retry"].map(RetryPolicy.init(json:)) ?? .standard
        halt = json["halt"].map(HaltPolicy.init(json:))
        canaries = Int(clamping: json["canary"]?.int ?? 0)
        most = json["most"].map(Ceiling.init(json:)) ?? Ceiling()
        exclude = json["exclude"]?.string
        measures = Set((json["measure"]?.array ?? []).compactMap { $0.string.flatMap(Measure.init(rawValue:)) })
        layout = (json["layout"]?.array ?? []).compactMap(LayoutRule.init(json:))
        moved = Relocation(json: json["moved"])
        copies = json["copies"].map(CodeMap.init(json:))
        records = json["records"]?.string.flatMap(RecordStyle.init(rawValue:))
    }
}
