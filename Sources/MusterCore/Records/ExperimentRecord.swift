/// What the records of all jobs of a run say alike: the content of `experiment.json` in its folder.
public struct ExperimentRecord: Hashable, Sendable {
    /// The config's path on the machine that submitted.
    public var configPath: String
    /// When the run was submitted, local there.
    public var invokedAt: String
    /// The config as it was read.
    public var config: JSON
    /// `experiment.name`.
    public var name: String
    /// The ends of a range of scenes, as the config names them.
    public var sceneStart: String?, sceneEnd: String?
    /// False for a config of one scene by its path.
    public var hasSceneLevel = true
    /// Whether results lie in a folder below the scene's.
    public var hasRunFolder = false
    /// The folder around all scenes (`aggregate_output`), its name with the run's stamp; nil without.
    public var parent: String?
    /// The name of the order that results are put in; nil for that of the programs.
    public var layout: String?
    /// Stages that have nothing to do.
    public var skipped: [SkippedStage] = []

    /// Describes a run.
    public init(configPath: String, invokedAt: String, config: JSON, name: String) {
        self.configPath = configPath
        self.invokedAt = invokedAt
        self.config = config
        self.name = name
    }

    /// The record of a sweep that is submitted at `time`.
    public init(_ spec: SweepSpec, configPath: String, config: JSON, time: LocalTime) {
        self.init(configPath: configPath, invokedAt: time.iso, config: config, name: spec.name)
        (sceneStart, sceneEnd) = (spec.scenes.start, spec.scenes.end)
        hasSceneLevel = spec.single == nil
        if case .my3dis(let layout) = spec.layout {
            hasRunFolder = layout.appendsStamp || layout.tag != nil
            parent = layout.parent.map { $0 == OutputLayout.stamp ? time.stamp : $0 }
        }
        layout = spec.layoutName
        skipped = spec.skipped
    }

    /// The folder around all scenes: `root` or one below it.
    public func root(below root: String) -> String { parent.map { "\(root)/\($0)" } ?? root }

    /// The record as a JSON object.
    public var json: JSON {
        .object([
            "schema": 1, "config_path": .string(configPath), "invoked_at": .string(invokedAt), "name": .string(name),
            "scene_start": sceneStart.map(JSON.string), "scene_end": sceneEnd.map(JSON.string),
            "scene_level": .bool(hasSceneLevel), "run_folder": .bool(hasRunFolder),
            "parent": parent.map(JSON.string), "layout": layout.map(JSON.string),
            "skipped": skipped.isEmpty ? nil : .array(skipped.map(\.json)), "config": config,
        ])
    }

    /// Reads what `json` writes; nil without a name.
    public init?(json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.init(
            configPath: json["config_path"]?.string ?? "", invokedAt: json["invoked_at"]?.string ?? "",
            config: json["config"] ?? .null, name: name)
        (sceneStart, sceneEnd) = (json["scene_start"]?.string, json["scene_end"]?.string)
        hasSceneLevel = json["scene_level"]?.bool ?? true
        hasRunFolder = json["run_folder"]?.bool ?? false
        (parent, layout) = (json["parent"]?.string, json["layout"]?.string)
        skipped = (json["skipped"]?.array ?? []).compactMap(SkippedStage.init(json:))
    }
}
