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
