import MusterCore

/// What `.muster/stage.NAME.json` says, the manifest entry of a stage's products: who made what, when, and from what.
struct StageRecord {
    /// The cache key of its products.
    var key: String
    /// Microseconds that it took.
    var duration: Int64
    /// What the stage made or changed, as it looked when the stage had ended.
    var files: FileList
    /// Who made it, and from what.
    var origin: Origin
    /// What of it the stage named.
    var assets: [MadeAsset] = []

    /// Who made products, and from what.
    struct Origin: Equatable {
        var run: String
        var job: String
        var attempt: AttemptKey
        var node: String
        var finished: Timestamp
        /// Keys of the stages that it waited for.
        var requires: [JSON.Member]
        /// The values of the point that it depends on.
        var values: [JSON.Member]
    }

    /// The record as a JSON object.
    func json(stage: String) -> JSON {
        let what: [JSON.Member] = [
            .init("schema", 2), .init("stage", .string(stage)), .init("key", .string(key)), .init("us", .int(duration)),
        ]
        let who: [JSON.Member] = [
            .init("run", .string(origin.run)), .init("job", .string(origin.job)),
            .init("index", .int(origin.attempt.job)), .init("gen", .int(origin.attempt.generation)),
            .init("element", .string(origin.attempt.element)), .init("restart", .int(origin.attempt.restart)),
            .init("node", .string(origin.node)), .init("finished", .string(origin.finished.description)),
            .init("t", .int(origin.finished.microseconds)),
        ]
        let from: [JSON.Member] = [
            .init("requires", .object(origin.requires)), .init("values", .object(origin.values)),
            .init("files", files.json),
        ]
        let named: [JSON.Member] = assets.isEmpty ? [] : [.init("assets", .array(assets.map(\.json)))]
        return .object(what + who + from + named)
    }

    init(key: String, duration: Int64, files: FileList, origin: Origin) {
        self.key = key
        self.duration = duration
        self.files = files
        self.origin = origin
    }

    /// The record of `stage` in a folder; nil where there is none that can be read.
    init?(stage: String, folder: String) {
        guard let json = Files.json(OutputPaths.stageRecord(stage, in: folder)), json["schema"]?.int == 2,
            let key = json["key"]?.string, let files = json["files"].flatMap(FileList.init(json:))
        else { return nil }
        self.init(
            key: key, duration: json["us"]?.int ?? 0, files: files,
            origin: Origin(
                run: json["run"]?.string ?? "", job: json["job"]?.string ?? "",
                attempt: AttemptKey(
                    job: Int(clamping: json["index"]?.int ?? -1), generation: Int(clamping: json["gen"]?.int ?? 0),
                    element: json["element"]?.string ?? "", restart: Int(clamping: json["restart"]?.int ?? 0)),
                node: json["node"]?.string ?? "",
                finished: Timestamp(microseconds: json["t"]?.int ?? 0),
                requires: json["requires"]?.members ?? [], values: json["values"]?.members ?? []))
        assets = (json["assets"]?.array ?? []).compactMap(MadeAsset.init(json:))
    }
}
