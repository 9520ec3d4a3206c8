/// Whose record files a pipeline's runs keep besides muster's own.
public enum RecordStyle: String, CaseIterable, Sendable {
    /// Those of My3DIS: in each result `workflow_summary.json`, `stage_timings.json`, `environment_snapshot.json`, and in the
    /// working folder `logs/run_pid_map.csv` and `logs/workflow_notifications.log`.
    case my3dis
}

/// A stage that the config asks for and that is not run, since it would have nothing to do.
public struct SkippedStage: Hashable, Sendable {
    /// The stage.
    public var name: String
    /// The stage behind which its turn would have come.
    public var behind: String
    /// Why, in one word: `missing_raw`.
    public var reason: String

    /// Names it.
    public init(name: String, behind: String, reason: String) {
        self.name = name
        self.behind = behind
        self.reason = reason
    }

    var json: JSON { .object(["stage": .string(name), "behind": .string(behind), "reason": .string(reason)]) }

    init?(json: JSON) {
        guard let name = json["stage"]?.string else { return nil }
        self.init(name: name, behind: json["behind"]?.string ?? "", reason: json["reason"]?.string ?? "")
    }
}
