public import MusterCore

extension RunRegistration {
    /// The registration as a JSON object, for the run's folder: what another machine can't learn from the plan.
    public var json: JSON {
        .object([
            "schema": 1, "folder": .string(folder), "config_path": configPath.map(JSON.string),
            "way": way.map(JSON.string),
            "home": home.map(JSON.string), "created": .int(created.microseconds), "details": .object(details),
        ])
    }

    /// Reads what `json` writes about the run in `folder`; nil when a part is missing.
    public init?(folder: String, json: JSON) {
        guard let created = json["created"]?.int else { return nil }
        self.init(
            folder: folder, configPath: json["config_path"]?.string, way: json["way"]?.string,
            home: json["home"]?.string, created: Timestamp(microseconds: created),
            details: json["details"]?.members ?? [])
    }
}
