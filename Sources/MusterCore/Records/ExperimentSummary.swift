/// `experiment_summary.json` of a run whose results share one folder (`aggregate_output`).
public struct ExperimentSummary: Equatable, Sendable {
    /// A job with a result.
    public struct Entry: Equatable, Sendable {
        /// Its scene, the point's id where there are several points, and where its result lies.
        public var scene: String, point: String, output: String
        /// Its levels.
        public var levels: JSON

        /// Describes a job.
        public init(scene: String, point: String, output: String, levels: JSON) {
            self.scene = scene
            self.point = point
            self.output = output
            self.levels = levels
        }
    }

    /// The experiment's name, the folder's, and the folder's path.
    public var name: String, timestamp: String, root: String
    /// All scenes, in order, and those that failed at some point.
    public var scenes: [String], failed: [String]
    /// Jobs that succeeded, in order.
    public var entries: [Entry]
    /// The summary's name in each result.
    public var summary: String

    /// Gathers the parts.
    public init(
        name: String, timestamp: String, root: String, scenes: [String], failed: [String], entries: [Entry],
        summary: String
    ) {
        self.name = name
        self.timestamp = timestamp
        self.root = root
        self.scenes = scenes
        self.failed = failed
        self.entries = entries
        self.summary = summary
    }

    /// The content; paths in `runs` are relative to the folder that it lies in.
    public func json(now: LocalTime) -> JSON {
        let runs = entries.map { entry -> JSON in
            let folder =
                entry.output.hasPrefix("\(root)/") ? String(entry.output.dropFirst(root.count + 1)) : entry.output
            return .object([
                "scene": .string(entry.scene), "point": entry.point.isEmpty ? nil : .string(entry.point),
                "run_dir": .string(folder), "summary_json": .string("\(folder)/\(summary)"), "levels": entry.levels,
            ])
        }
        return .object([
            "generated_at": .string(now.iso),
            "experiment": .object([
                "name": .string(name), "timestamp": .string(timestamp), "scenes": .strings(scenes),
                "output_root": .string(root), "failed": failed.isEmpty ? nil : .strings(failed),
            ]), "runs": .array(runs),
        ])
    }
}
