/// A GPU's error in the history of an attempt.
public struct GPUErrorFact: Equatable, Sendable {
    /// The fact that told it: told twice, it counts once.
    public var id: FactID
    /// The stage that had the GPU.
    public var stage: String
    /// The error.
    public var error: GPUError

    /// For people and reports: `{"stage","gpu","error","number","words"}`.
    public var summary: JSON {
        .object(
            [.init("stage", .string(stage))] + error.fields + [.init("words", .string(error.words))])
    }

    var json: JSON {
        .object(
            [
                .init("src", .string(id.source)), .init("seq", .int(id.sequence)), .init("stage", .string(stage)),
            ] + error.fields)
    }

    init(id: FactID, stage: String, error: GPUError) {
        self.id = id
        self.stage = stage
        self.error = error
    }

    init?(json: JSON) {
        guard let source = json["src"]?.string, let sequence = json["seq"]?.int, let error = GPUError(json: json)
        else { return nil }
        self.init(
            id: FactID(source: source, sequence: sequence), stage: json["stage"]?.string ?? "", error: error)
    }
}
