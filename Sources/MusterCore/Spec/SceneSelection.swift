/// Which scenes of a data set a sweep works on.
public struct SceneSelection: Hashable, Sendable {
    /// Words that stand for all scenes, in any case.
    public static let allTokens: Set<String> = ["all", "*", "__all__"]

    /// Names in order, with words for all among them; nil for all.
    public var list: [String]?
    /// Both ends of a range in the order of discovery, included; nil is the first or the last.
    public var start: String?, end: String?

    /// All, a list, a range, or the part of a list within a range.
    public init(list: [String]? = nil, start: String? = nil, end: String? = nil) {
        self.list = list
        self.start = start
        self.end = end
    }

    /// Whether a word of a list stands for all scenes.
    public static func isAll(_ text: String) -> Bool { allTokens.contains(text.lowercased()) }

    /// Picks out of what was `found`, sorted: a list keeps its order and drops repeats, a range has the order of discovery.
    public func select(from found: [FoundScene], kind: SceneKind) throws(SceneSelectionError) -> [FoundScene] {
        let names = found.map(\.name)
        var scenes = found
        if let prefer = kind.prefer, names.contains(where: { $0.hasPrefix(prefer) }) {
            scenes = scenes.filter { $0.name.hasPrefix(prefer) }
        }
        guard !scenes.isEmpty else { throw .none }
        var picked = try listed(of: scenes, found: found)
        if start != nil || end != nil { picked = try ranged(picked, within: scenes) }
        let strange = picked.filter { !$0.isText }.map(\.name)
        guard strange.isEmpty else { throw .noText(strange) }
        let broken = picked.filter { !$0.missing.isEmpty }
        guard broken.isEmpty else { throw .incomplete(broken) }
        return picked
    }

    private func listed(of scenes: [FoundScene], found: [FoundScene]) throws(SceneSelectionError) -> [FoundScene] {
        guard let list else { return scenes }
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        var seen: Set<String> = []
        var picked: [FoundScene] = []
        var missing: [String] = []
        for name in list {
            let more = Self.isAll(name) ? scenes : byName[name].map { [$0] }
            if more == nil { missing.append(name) }
            picked += (more ?? []).filter { seen.insert($0.name).inserted }
        }
        guard missing.isEmpty else {
            throw .missing(missing, near: missing.compactMap { Suggestion.nearest(to: $0, in: byName.keys.sorted()) })
        }
        return picked
    }

    private func ranged(
        _ picked: [FoundScene], within scenes: [FoundScene]
    ) throws(SceneSelectionError) -> [FoundScene] {
        func position(_ name: String?, _ key: String) throws(SceneSelectionError) -> Int? {
            guard let name else { return nil }
            guard let index = scenes.firstIndex(where: { $0.name == name }) else {
                throw .noSuchEnd(key, name, near: Suggestion.nearest(to: name, in: scenes.map(\.name)))
            }
            return index
        }
        let first = try position(start, "scene_start") ?? 0
        let last = try position(end, "scene_end") ?? scenes.count - 1
        guard first <= last else { throw .reversed }
        let wanted = Set(picked.map(\.name))
        let inside = scenes[first...last].filter { wanted.contains($0.name) }
        guard !inside.isEmpty else { throw .emptyRange }
        return inside
    }
}
