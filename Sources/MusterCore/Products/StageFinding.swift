/// How it stands with what a stage makes for one row of a job table, as a look at the files found it.
public struct StageFinding: Hashable, Sendable {
    /// Published, left by an attempt, stale or missing.
    public var status: ProductStatus
    /// Why it is stale; nil otherwise.
    public var reason: String?
    /// Who made what is there; nil where nothing is, or nobody asked.
    public var maker: Maker?

    /// Who made products, when, and from what.
    public struct Maker: Hashable, Sendable {
        /// The folder in which they lie.
        public var folder: String
        /// The run, job, element and node that made them.
        public var run: String, job: String, element: String, node: String
        /// When they were complete.
        public var finished: Timestamp
        /// How long the stage took, in microseconds.
        public var duration: Int64
        /// The values of the point that they depend on.
        public var values: [JSON.Member]
        /// Keys of what they were made from, by stage.
        public var requires: [JSON.Member]
        /// Files, and their bytes.
        public var files: Int, bytes: Int64

        /// Gathers the parts.
        public init(
            folder: String, run: String, job: String, element: String, node: String, finished: Timestamp,
            duration: Int64, values: [JSON.Member], requires: [JSON.Member], files: Int, bytes: Int64
        ) {
            (self.folder, self.run, self.job, self.element, self.node) = (folder, run, job, element, node)
            (self.finished, self.duration, self.values, self.requires) = (finished, duration, values, requires)
            (self.files, self.bytes) = (files, bytes)
        }
    }

    /// Makes a finding.
    public init(_ status: ProductStatus, reason: String? = nil, maker: Maker? = nil) {
        (self.status, self.reason, self.maker) = (status, reason, maker)
    }

    /// Whether a run takes it over instead of making it.
    public var isThere: Bool { status == .cached || status == .onDisk }

    /// The finding as a JSON object.
    public var json: JSON {
        .object([
            "status": .string(status.rawValue), "reason": reason.map(JSON.string), "made": maker?.json,
        ])
    }

    /// Reads what `json` writes; nil without a status.
    public init?(json: JSON) {
        guard let status = json["status"]?.string.flatMap(ProductStatus.init(rawValue:)) else { return nil }
        self.init(status, reason: json["reason"]?.string, maker: json["made"].flatMap(Maker.init(json:)))
    }
}

extension StageFinding.Maker {
    /// An object with the keys of `muster products status --json`.
    public var json: JSON {
        .object([
            "run": .string(run), "job": .string(job), "element": .string(element), "node": .string(node),
            "finished": .string(finished.description), "t": .int(finished.microseconds), "us": .int(duration),
            "values": .object(values), "requires": .object(requires), "files": .int(files), "bytes": .int(bytes),
            "folder": .string(folder),
        ])
    }

    init?(json: JSON) {
        guard let folder = json["folder"]?.string else { return nil }
        self.init(
            folder: folder, run: json["run"]?.string ?? "", job: json["job"]?.string ?? "",
            element: json["element"]?.string ?? "", node: json["node"]?.string ?? "",
            finished: Timestamp(microseconds: json["t"]?.int ?? 0), duration: json["us"]?.int ?? 0,
            values: json["values"]?.members ?? [], requires: json["requires"]?.members ?? [],
            files: Int(clamping: json["files"]?.int ?? 0), bytes: json["bytes"]?.int ?? 0)
    }
}

/// What was found of one row of a job table.
public struct RowFinding: Hashable, Sendable {
    /// The row's place in the table.
    public var row: Int
    /// Its whole result is published, made as the plan says.
    public var isPublished: Bool
    /// Its stages: all of the pipeline, or those that the row names.
    public var stages: [StageFinding]

    /// Gathers the parts.
    public init(row: Int, isPublished: Bool, stages: [StageFinding]) {
        (self.row, self.isPublished, self.stages) = (row, isPublished, stages)
    }

    /// The finding as a JSON object.
    public var json: JSON {
        .object([
            "i": .int(row), "published": .bool(isPublished), "stages": .array(stages.map(\.json)),
        ])
    }

    /// Reads what `json` writes; nil when a part is missing.
    public init?(json: JSON) {
        guard let row = json["i"]?.int, let isPublished = json["published"]?.bool, let stages = json["stages"]?.array
        else { return nil }
        self.init(
            row: Int(clamping: row), isPublished: isPublished, stages: stages.compactMap(StageFinding.init(json:)))
    }
}
