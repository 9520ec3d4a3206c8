/// What makes the products of a pipeline's stages: from it come the cache keys, and what a program gets to see.
///
/// A value `STAGE.KEY` of a point belongs to that stage alone. Another value belongs to the stages whose commands, folders
/// or variables name it, and to all where none does, since then a program reads it from its environment. `identity:` of a
/// stage says it otherwise. A stage sees no value that is not part of its identity: what could make a difference counts.
public struct StageIdentity: Sendable {
    private let stages: [StageSpec]
    private let graph: StageGraph
    /// Digests of what is the same at every point.
    private let constants: [[UInt8]]
    /// Names that each stage's texts use.
    private let used: [Set<String>]

    /// What paths were called when the sweep was planned: a place is no part of what something is.
    private let origin: Relocation

    /// Looks at the stages, in the order in which they run, whose folders may have been moved since they were planned.
    public init(_ stages: [StageSpec], moved: Relocation = Relocation([])) {
        self.stages = stages
        let origin = moved.inverse
        self.origin = origin
        graph = StageGraph(stages)
        constants = stages.map { stage in
            let parameters = stage.identity.map { names in
                stage.parameters.filter { names.contains($0.key) || names.contains("\(stage.name).\($0.key)") }
            }
            return Self.digest(
                origin.applied(
                    to: .object([
                        "stage": .string(stage.name), "command": stage.command.json,
                        "environment": stage.environment.json, "parameters": .object(parameters ?? stage.parameters),
                        "requires": .strings(stage.requires.sorted()), "produces": .strings(stage.produces.sorted()),
                        "program": stage.program.map(JSON.string), "items": stage.items?.identity,
                    ])))
        }
        used = stages.map { Set($0.texts.flatMap(Placeholders.names)) }
    }

    /// The values of `point` that make the products of a stage, and that its program sees.
    public func values(of stage: Int, at point: Point) -> [JSON.Member] {
        point.values.filter { belongs($0.key, to: stage) }
    }

    private func belongs(_ name: String, to stage: Int) -> Bool {
        if let identity = stages[stage].identity { return identity.contains(name) }
        if let dot = name.firstIndex(of: "."), stages.contains(where: { $0.name == name[..<dot] }) {
            return stages[stage].name == name[..<dot]
        }
        let placeholder = "point.\(name)"
        return used[stage].contains(placeholder) || !used.contains { $0.contains(placeholder) }
    }

    /// What each stage's products are made by at `point`, without the scene: 32 bytes a stage.
    public func recipes(at point: Point) -> [[UInt8]] {
        var recipes: [[UInt8]] = []
        recipes.reserveCapacity(stages.count)
        for stage in stages.indices {
            var digest = SHA256()
            digest.update(constants[stage])
            let values = values(of: stage, at: point)
            if !values.isEmpty { digest.update(JSON.object(values).canonical.bytes) }
            // A job's own name in a command makes its products nobody else's.
            if namesJob(stage) { digest.update(JSON.string(point.id).bytes) }
            for need in graph.needs[stage] { digest.update(recipes[need]) }
            recipes.append(digest.finish())
        }
        return recipes
    }

    /// Whether a stage's texts name the job itself, so that its products are nobody else's.
    func namesJob(_ stage: Int) -> Bool { !used[stage].isDisjoint(with: Self.jobNames) }

    private static let jobNames: Set<String> = ["job.id", "job.index", "point.id"]

    /// The digest of what a scene brings to every key of it.
    static func begin(_ scene: Scene) -> SHA256 {
        var digest = SHA256()
        digest.update(JSON.strings([scene.name, scene.path]).bytes)
        return digest
    }

    /// The cache key of a stage's products: 64 hex digits.
    public static func key(recipe: [UInt8], scene: Scene) -> String {
        var digest = begin(scene)
        digest.update(recipe)
        return Hex.text(digest.finish())
    }

    /// The keys of all stages for a scene at a point.
    public func keys(scene: Scene, point: Point) -> [String] {
        let planned = origin.isEmpty ? scene : Scene(name: scene.name, path: origin.applied(to: scene.path))
        return recipes(at: point).map { Self.key(recipe: $0, scene: planned) }
    }

    private static func digest(_ json: JSON) -> [UInt8] {
        var digest = SHA256()
        digest.update(json.canonical.bytes)
        return digest.finish()
    }
}
