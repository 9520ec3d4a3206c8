/// What counts as a scene.
public struct SceneKind: Hashable, Sendable {
    /// Folders or files.
    public enum Form: Hashable, Sendable {
        /// Folders that hold all of these relative paths.
        case folders(require: [String])
        /// Files whose names match a shell pattern.
        case files(pattern: String)
    }

    /// Folders or files.
    public var form: Form
    /// A beginning of names: where any scene's begins so, only those count, unless a config names others.
    public var prefer: String?
    /// What every selected scene must hold, relative to it; a mistake where it is missing.
    public var expect: [String]
    /// What of a scene's folder the pipeline is given; nil for the folder itself.
    public var path: String?

    /// Makes a kind.
    public init(_ form: Form, prefer: String? = nil, expect: [String] = [], path: String? = nil) {
        self.form = form
        self.prefer = prefer
        self.expect = expect
        self.path = path
    }
}

/// A scene that lies there.
public struct FoundScene: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it should hold and does not.
    public var missing: [String]
    /// Its name's bytes are UTF-8; others can't be written into a config, a table or a history.
    public var isText: Bool

    /// Names one.
    public init(_ name: String, missing: [String] = [], isText: Bool = true) {
        self.name = name
        self.missing = missing
        self.isText = isText
    }
}

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

/// Why a selection of scenes fails.
public enum SceneSelectionError: Error, Hashable, Sendable {
    /// There are no scenes at all.
    case none
    /// These are not there; names near to them are.
    case missing([String], near: [String])
    /// An end of the range is not there: the key, the name, a name near to it.
    case noSuchEnd(String, String, near: String?)
    /// The range ends before it begins.
    case reversed
    /// No listed scene lies within the range.
    case emptyRange
    /// The names of these are no UTF-8.
    case noText([String])
    /// Selected scenes lack what they should hold.
    case incomplete([FoundScene])

    /// What is wrong, for the data set `root`.
    public func message(root: String) -> String {
        switch self {
        case .none: "no scenes were found in '\(root)'"
        case .missing(let names, _):
            "The following scenes were not found under dataset_root \(root): \(names.joined(separator: ", "))"
        case .noSuchEnd(let key, let name, _): "\(key) '\(name)' not found under dataset_root \(root)"
        case .reversed: "scene_end occurs before scene_start; please provide a valid range"
        case .emptyRange: "Scene range selection produced an empty set; adjust scene_start or scene_end"
        case .noText(let names): "these scenes have names that are not UTF-8: \(names.joined(separator: ", "))"
        case .incomplete(let scenes):
            scenes.prefix(5).map { scene in
                let paths = scene.missing.map { "\(root)/\(scene.name)/\($0)" }.joined(separator: ", ")
                return "data path not found for scene \(scene.name): \(paths)"
            }.joined(separator: "; ") + (scenes.count > 5 ? "; and \(scenes.count - 5) more scenes" : "")
        }
    }

    /// What to do about it, given the names that are there.
    public func hint(found: [FoundScene]) -> String {
        switch self {
        case .none: return "check experiment.dataset_root and what 'scene' says a scene is"
        case .missing(_, let near) where !near.isEmpty: return "did you mean: \(near.joined(separator: ", "))?"
        case .noSuchEnd(_, _, let near?): return "did you mean '\(near)'?"
        case .missing, .noSuchEnd, .emptyRange:
            let names = found.prefix(8).map(\.name).joined(separator: ", ")
            return "there are: \(names)\(found.count > 8 ? " and \(found.count - 8) more" : "")"
        case .reversed: return "give the range in the order of the names"
        case .noText: return "rename them, or name the others under experiment.scenes"
        case .incomplete: return "put the data there, or leave these scenes out of experiment.scenes"
        }
    }

    /// The config's keys that may be at fault, the likeliest first.
    public var keys: [String] {
        switch self {
        case .none, .noText: ["experiment.dataset_root"]
        case .missing: ["experiment.scenes"]
        case .noSuchEnd(let key, _, _): ["experiment.\(key)", "experiment.scenes"]
        case .reversed, .emptyRange: ["experiment.scene_start", "experiment.scene_end", "experiment.scenes"]
        case .incomplete: ["experiment.scenes", "experiment.dataset_root"]
        }
    }
}
