/// What jobs that failed have in common and none that succeeded has: where to look first.
public struct Distinction: Equatable, Sendable {
    /// What it is: a parameter's name, `scene` or `node`.
    public var name: String
    /// The value that all of them have.
    public var value: String

    /// Describes one.
    public init(name: String, value: String) { (self.name, self.value) = (name, value) }

    /// A job as far as it may be told from others.
    public struct Traits: Sendable {
        /// Names and values in the order of the config, the scene and the node behind them.
        var members: [(name: String, value: String)]

        /// Gathers them.
        public init(scene: Scene, point: Point, node: String?) {
            members = point.values.map { ($0.key, $0.value.string ?? $0.value.line) } + [("scene", scene.name)]
            if let node { members.append(("node", node)) }
        }
    }

    /// Nothing where less than two failed or none succeeded: then whatever they share may be chance.
    public static func all(failed: [Traits], succeeded: [Traits]) -> [Distinction] {
        guard failed.count > 1, !succeeded.isEmpty, let first = failed.first else { return [] }
        return first.members.compactMap { name, value in
            func has(_ traits: Traits) -> Bool { traits.members.contains { $0.name == name && $0.value == value } }
            guard failed.allSatisfy(has), !succeeded.contains(where: has) else { return nil }
            return Distinction(name: name, value: value)
        }
    }

    /// `{"name","value"}`.
    var json: JSON { .object(["name": .string(name), "value": .string(value)]) }
}
