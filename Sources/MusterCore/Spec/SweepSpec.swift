/// A sweep config, read and checked.
public struct SweepSpec: Hashable, Sendable {
    /// Which scenes of the data set.
    public enum Scenes: Hashable, Sendable {
        /// All that are found.
        case all
        /// These, in this order.
        case list([String])
        /// From one to another in the order of discovery, both included; nil is the first or the last.
        case range(from: String?, to: String?)
    }

    /// What counts as a scene.
    public enum SceneKind: Hashable, Sendable {
        /// Folders that hold all of these relative paths.
        case folders(require: [String])
        /// Files whose names match a shell pattern.
        case files(pattern: String)
    }

    /// What comes home when jobs have ended.
    public enum Collect: Hashable, Sendable {
        /// What the pipeline calls its summaries.
        case summaries
        /// Everything.
        case all
        /// Files that match one of these patterns, relative to a job's folder.
        case globs([String])
    }

    /// The config file as the user named it.
    public var file: String
    /// The experiment's name.
    public var name: String
    /// Where the scenes lie, as written.
    public var datasetRoot: String
    /// Which of them.
    public var scenes: Scenes
    /// What a scene is.
    public var sceneKind: SceneKind
    /// Where results go, `{name}` replaced; relative ones lie in the run's folder of a remote cluster, or beside the
    /// config for the local one.
    public var outputRoot: String
    /// The pipeline with its stages' parameters resolved, disabled stages left out, in the order in which they run.
    public var pipeline: PipelineSpec
    /// The parameters.
    public var axes: [Axis]
    /// Name or path of the cluster.
    public var cluster: String
    /// One job's resources.
    public var resources: Resources
    /// How jobs share allocations.
    public var packing: Packing
    /// What comes home.
    public var collect: Collect
    /// Where values stand that can be wrong for a place only, by key: scenes that are not there, a cluster that is not
    /// known.
    public var places: [String: SourceLocation] = [:]

    /// Gathers the parts.
    public init(
        file: String, name: String, datasetRoot: String, scenes: Scenes, sceneKind: SceneKind, outputRoot: String,
        pipeline: PipelineSpec, axes: [Axis], cluster: String, resources: Resources, packing: Packing, collect: Collect
    ) {
        self.file = file
        self.name = name
        self.datasetRoot = datasetRoot
        self.scenes = scenes
        self.sceneKind = sceneKind
        self.outputRoot = outputRoot
        self.pipeline = pipeline
        self.axes = axes
        self.cluster = cluster
        self.resources = resources
        self.packing = packing
        self.collect = collect
    }

    /// Picks the scenes out of those `found`, in order; the error says what is missing.
    public func select(from found: [String]) throws(SceneSelectionError) -> [String] {
        switch scenes {
        case .all: return found
        case .list(let names):
            let there = Set(found)
            let missing = names.filter { !there.contains($0) }
            guard missing.isEmpty else {
                throw .missing(missing, near: missing.compactMap { Suggestion.nearest(to: $0, in: found) })
            }
            var seen: Set<String> = []
            return names.filter { seen.insert($0).inserted }
        case .range(let from, let to):
            let missing = [from, to].compactMap(\.self).filter { !found.contains($0) }
            guard missing.isEmpty else {
                throw .missing(missing, near: missing.compactMap { Suggestion.nearest(to: $0, in: found) })
            }
            let first = from.flatMap { found.firstIndex(of: $0) } ?? 0
            let last = to.flatMap { found.firstIndex(of: $0) } ?? found.count - 1
            guard first <= last else { throw .reversed(from: from ?? "", to: to ?? "") }
            return Array(found[first...last])
        }
    }
}

/// Why a selection of scenes fails.
public enum SceneSelectionError: Error, Hashable, Sendable {
    /// These are not there; names near to them are.
    case missing([String], near: [String])
    /// The range ends before it begins.
    case reversed(from: String, to: String)
}
