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
            "key": .string(key),
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

    /// Makes a block.
    public init(id: String, generation: Int, jobs: [Int]) {
        self.id = id
        self.generation = generation
        self.jobs = jobs
    }

    /// The block as a JSON object.
    public var json: JSON {
        .object(["id": .string(id), "gen": .int(generation), "jobs": .array(jobs.map { JSON.int($0) })])
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        guard let id = json["id"]?.string, let jobs = json["jobs"]?.array else { return nil }
        self.init(
            id: id, generation: Int(json["gen"]?.int ?? 0), jobs: jobs.compactMap { $0.int.map { Int($0) } })
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
    /// One job's resources.
    public var resources: Resources
    /// Jobs that one agent runs side by side.
    public var slots: Int
    /// Jobs in the table.
    public var jobCount: Int
    /// Absolute path below which results lie.
    public var outputRoot: String
    /// How many elements each array of the first submission has.
    public var arrays: [Int]

    /// Makes a plan.
    public init(
        run: String, sweep: String, cluster: String, fingerprint: String, stages: [StageSpec], resources: Resources,
        slots: Int, jobCount: Int, outputRoot: String, arrays: [Int] = [1]
    ) {
        self.run = run
        self.sweep = sweep
        self.cluster = cluster
        self.fingerprint = fingerprint
        self.stages = stages
        self.resources = resources
        self.slots = slots
        self.jobCount = jobCount
        self.outputRoot = outputRoot
        self.arrays = arrays
    }

    /// The plan as a JSON object with `"schema": 1`.
    public var json: JSON {
        .object([
            "schema": 1, "run": .string(run), "sweep": .string(sweep), "cluster": .string(cluster),
            "fingerprint": .string(fingerprint), "stages": .array(stages.map(\.json)), "resources": resources.json,
            "slots": .int(slots), "jobs": .int(jobCount), "output_root": .string(outputRoot),
            "arrays": .array(arrays.map { .int($0) }),
        ])
    }

    /// Reads what `json` writes; nil when a part is missing.
    public init?(json: JSON) {
        guard let run = json["run"]?.string, let stages = json["stages"]?.array else { return nil }
        self.init(
            run: run, sweep: json["sweep"]?.string ?? "", cluster: json["cluster"]?.string ?? "",
            fingerprint: json["fingerprint"]?.string ?? "", stages: stages.compactMap(StageSpec.init(json:)),
            resources: Resources(json: json["resources"] ?? .object([])), slots: Int(json["slots"]?.int ?? 1),
            jobCount: Int(json["jobs"]?.int ?? 0), outputRoot: json["output_root"]?.string ?? "",
            arrays: json["arrays"]?.array?.compactMap { $0.int.map { Int($0) } } ?? [1])
    }
}
