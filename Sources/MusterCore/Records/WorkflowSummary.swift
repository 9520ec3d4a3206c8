/// `workflow_summary.json`, and `summary.json` of results that the layout `scene_level` put in order.
public struct WorkflowSummary: Sendable {
    /// What holds for the whole run.
    public var experiment: ExperimentRecord
    /// Names of all scenes of the run, in order.
    public var scenes: [String]
    /// The run's plan.
    public var plan: RunPlan
    /// The job.
    public var row: JobRow
    /// Where the result lies, or the attempt that failed.
    public var folder: String
    /// The stages that have ended, in order.
    public var entries: [StageEntry]
    /// What lies in the folder.
    public var found = Found()
    /// The snapshot of the surroundings.
    public var environment: JSON
    /// Why the job failed where no stage did.
    public var error: String?
    /// What the layout moved; nil before, and where there is none.
    public var moves: [PathChanges.Move]?
    /// The time of writing.
    public var now: LocalTime

    /// Files of the programs that are told of, and warnings in their manifest.
    public struct Found: Equatable, Sendable {
        /// Names of files that lie in the folder.
        public var files: Set<String> = []
        /// `manifest.json`'s `levels` and `warnings`.
        public var levels: JSON?, warnings: [JSON] = []

        /// Knows of nothing.
        public init() {}
    }

    /// Gathers what every summary has.
    public init(
        experiment: ExperimentRecord, scenes: [String], plan: RunPlan, row: JobRow, folder: String,
        entries: [StageEntry], environment: JSON, now: LocalTime
    ) {
        self.experiment = experiment
        self.scenes = scenes
        self.plan = plan
        self.row = row
        self.folder = folder
        self.environment = environment
        self.now = now
        self.entries = entries
    }

    /// Files whose presence is told of.
    public static let files = ["manifest.json", "relations.json"]

    private func path(_ name: String) -> JSON { .string("\(folder)/\(name)") }
    private func path(of name: String) -> JSON? { found.files.contains(name) ? path(name) : nil }

    private var stages: JSON {
        .object(
            entries.map { entry in
                let warnings = found.warnings.filter { $0["stage"]?.string == entry.name }
                return .init(entry.name, entry.summary(artifacts: artifacts(of: entry), warnings: warnings))
            })
    }

    private func artifacts(of entry: StageEntry) -> JSON {
        switch entry.name {
        case "ssam", "filter": .object(["manifest": path(of: "manifest.json")])
        case "tracker": .object(["manifest": path(of: "manifest.json"), "relations": path(of: "relations.json")])
        case "report":
            .object([
                "report": plan.stages.first { $0.name == "report" }?.parameters(at: row.point)
                    .last { $0.key == "report_name" }?.value.string.map(path)
            ])
        default: .object([])
        }
    }

    private var facts: JSON { experiment.facts(of: row, plan: plan, scenes: scenes) }

    /// The content of `workflow_summary.json`.
    public var json: JSON {
        let layout: JSON? = moves.map { moves in
            .object([
                "name": experiment.layout.map(JSON.string), "summary": path("summary.json"),
                "moved": .object(moves.map { .init($0.from, .string($0.to)) }),
            ])
        }
        return .object([
            "config_path": .string(experiment.configPath), "invoked_at": .string(experiment.invokedAt),
            "config_snapshot": experiment.config, "experiment": facts,
            "order": .strings(entries.map(\.name)), "stages": stages,
            "artifacts": .object([
                "relations": path(of: "relations.json"), "environment_snapshot": path("environment_snapshot.json"),
                "scene_layout": layout,
            ]),
            "generated_at": .string(now.iso), "run_dir": .string(folder), "environment": environment,
            "scene_level_summary": layout == nil ? nil : path("summary.json"),
            "summary_json": layout == nil ? nil : path("summary.json"), "error": error.map(JSON.string),
        ])
    }

    /// The content of `summary.json`.
    public var sceneJSON: JSON {
        .object([
            "generated_at": .string(now.iso), "scene": .string(row.scene.name), "experiment": facts,
            "config": experiment.config, "stages": stages, "manifest": path(of: "manifest.json") ?? .null,
            "levels": levels, "timings": StageTimings.json(entries, now: now),
        ])
    }

    /// The manifest's levels, sorted and each once; without them the experiment's.
    private var levels: JSON {
        let whole = Set((found.levels?.array ?? []).compactMap(\.int)).sorted()
        return whole.isEmpty ? facts["levels"] ?? .null : .array(whole.map { .int($0) })
    }
}
