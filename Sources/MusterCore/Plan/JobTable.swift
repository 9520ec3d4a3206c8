/// One scene of the data set.
public struct Scene: Hashable, Sendable {
    /// Its name: one path level.
    public var name: String
    /// Its absolute path where the jobs run.
    public var path: String

    /// Makes a scene.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// One point of the parameter space.
public struct Point: Hashable, Sendable {
    /// Its stable id, one path level; empty when the sweep has no parameters.
    public var id: String
    /// Names and values, in the order of the config.
    public var values: [JSON.Member]

    /// Makes a point.
    public init(id: String, values: [JSON.Member]) {
        self.id = id
        self.values = values
    }

    /// The one point of a sweep without parameters.
    public static let only = Point(id: "", values: [])

}

/// One line of the job table.
public struct JobRow: Hashable, Sendable {
    /// Position in the table, from 0.
    public var index: Int
    /// `scene` or `point/scene`: stable across runs.
    public var id: String
    /// The scene.
    public var scene: Scene
    /// The point.
    public var point: Point
    /// Absolute path of the published result.
    public var output: String
    /// Digest of all that makes the result: scene, point, stages. Equal keys mean that a published result is this one.
    public var key: String
    /// The stages that it runs, by their places; nil for all of them. A row with stages is no job but a stage run that
    /// several jobs share.
    public var stages: [Int]?
    /// Rows of the shared stage runs whose products it takes.
    public var uses: [Int] = []
    /// Results of jobs that a stage run stands for, which are no rows of the table: its products may lie there already.
    public var from: [String] = []

    /// Makes a row.
    public init(index: Int, id: String, scene: Scene, point: Point, output: String, key: String) {
        self.index = index
        self.id = id
        self.scene = scene
        self.point = point
        self.output = output
        self.key = key
    }

    /// The row as a JSON object.
    public var json: JSON {
        .object([
            "i": .int(index), "id": .string(id), "scene": .string(scene.name), "path": .string(scene.path),
            "point": .string(point.id), "values": .object(point.values), "output": .string(output),
            "key": .string(key), "stages": stages.map { .array($0.map { .int($0) }) },
            "uses": uses.isEmpty ? nil : .array(uses.map { .int($0) }), "from": from.isEmpty ? nil : .strings(from),
        ])
    }

    /// Reads what `json` writes; nil when a part is missing.
    public init?(json: JSON) {
        guard let index = json["i"]?.int, let id = json["id"]?.string, let scene = json["scene"]?.string,
            let path = json["path"]?.string, let output = json["output"]?.string
        else { return nil }
        self.init(
            index: Int(index), id: id, scene: Scene(name: scene, path: path),
            point: Point(id: json["point"]?.string ?? "", values: json["values"]?.members ?? []), output: output,
            key: json["key"]?.string ?? "")
        stages = (json["stages"]?.array)?.compactMap { $0.int.map { Int($0) } }
        uses = (json["uses"]?.array ?? []).compactMap { $0.int.map { Int($0) } }
        from = (json["from"]?.array ?? []).compactMap(\.string)
    }
}

/// A slice of the job table that one agent claims as a whole.
public struct Block: Hashable, Sendable {
    /// Its id, also the name of its claim: `g0-00012`.
    public var id: String
    /// 0 for the first submission, one more for each round of retries.
    public var generation: Int
    /// Indices of its jobs.
    public var jobs: [Int]
    /// The class of sizes that they belong to: an agent claims only what its allocation can carry.
    public var size: Int
    /// What is different from the table for its jobs; nothing in the first generation.
    public var terms = Terms()

    /// What holds for a block's jobs besides the table.
    public struct Terms: Hashable, Sendable {
        /// Parameters with other values than the point's and the stages'.
        public var set: [JSON.Member] = []
        /// Nodes whose agents leave the block alone.
        public var avoid: [String] = []
        /// Nothing runs beside its jobs.
        public var isAlone = false
        /// The program is told where the attempt before left its files.
        public var resumes = false
        /// Its jobs must succeed before others are begun.
        public var isCanary = false
        /// Why there is another attempt, in words: `oom_host: memory 4 GiB -> 6 GiB`.
        public var why: String?

        /// Nothing special.
        public init() {}
    }

    /// Makes a block.
    public init(id: String, generation: Int, jobs: [Int], size: Int = 0, terms: Terms = Terms()) {
        self.id = id
        self.generation = generation
        self.jobs = jobs
        self.size = size
        self.terms = terms
    }

    /// The block as a JSON object.
    public var json: JSON {
        .object([
            "id": .string(id), "gen": .int(generation), "jobs": .array(jobs.map { JSON.int($0) }),
            "size": size == 0 ? nil : .int(size),
            "set": terms.set.isEmpty ? nil : .object(terms.set),
            "avoid": terms.avoid.isEmpty ? nil : .strings(terms.avoid), "alone": terms.isAlone ? true : nil,
            "resume": terms.resumes ? true : nil, "canary": terms.isCanary ? true : nil,
            "why": terms.why.map(JSON.string),
        ])
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        guard let id = json["id"]?.string, let jobs = json["jobs"]?.array else { return nil }
        self.init(
            id: id, generation: Int(json["gen"]?.int ?? 0), jobs: jobs.compactMap { $0.int.map { Int($0) } },
            size: Int(json["size"]?.int ?? 0))
        terms.set = json["set"]?.members ?? []
        terms.avoid = (json["avoid"]?.array ?? []).compactMap(\.string)
        terms.isAlone = json["alone"]?.bool ?? false
        terms.resumes = json["resume"]?.bool ?? false
        terms.isCanary = json["canary"]?.bool ?? false
        terms.why = json["why"]?.string
    }
}
