/// A sweep config, read and checked.
public struct SweepSpec: Hashable, Sendable {
    /// The config file as the user named it.
    public var file: String
    /// The experiment's name.
    public var name: String
    /// Where the scenes lie, as written; the folder of a single scene's folder where there is only that.
    public var datasetRoot: String
    /// Which of them.
    public var scenes: SceneSelection
    /// What a scene is.
    public var sceneKind: SceneKind
    /// The one scene of a config that names its path instead of a data set.
    public var single: Scene?
    /// How a job's folder is called below ``outputRoot``.
    public var layout = OutputLayout.plain
    /// How results are put in order behind the last stage.
    public var rules: [LayoutRule] = []
    /// The name of that order; nil for that of the programs.
    public var layoutName: String?
    /// Stages that the config asks for and that have nothing to do.
    public var skipped: [SkippedStage] = []
    /// Jobs side by side on this machine; nil for as many as it carries.
    public var localSlots: Int?
    /// Where results go, `{name}` replaced; relative ones lie in the run's folder of a remote cluster, or beside the
    /// config for the local one.
    public var outputRoot: String
    /// The pipeline with its stages' parameters resolved, disabled stages left out, in the order in which they run.
    public var pipeline: PipelineSpec
    /// The points of the parameter space, at least one.
    public var points: [Point]
    /// Name or path of the cluster.
    public var cluster: String
    /// One job's resources.
    public var resources: Resources
    /// What the jobs of each point ask for; empty where all ask for ``resources``.
    public var sizes: [Resources] = []
    /// The most classes that different sizes are put into.
    public var mostClasses = 4
    /// Which ends of attempts are followed by another one.
    public var retry = RetryPolicy.standard
    /// When a run starts nothing more.
    public var halt: HaltPolicy?
    /// Who is told how the run goes, and by what.
    public var notify: NotifyPolicy?
    /// What is recorded of code and data.
    public var provenance = ProvenancePolicy()
    /// Which code the programs are started from.
    public var code = CodePolicy.live
    /// The version of a data set that the scenes must be those of.
    public var dataset: DatasetPin?
    /// How the scenes' files come to the cluster; nil where nobody looks after that.
    public var stageIn: StageInSpec?
    /// Jobs that must succeed before others are begun.
    public var canaries = 0
    /// Where they may run.
    public var placement = Placement()
    /// How jobs share allocations.
    public var packing: Packing
    /// What comes home.
    public var collect: CollectSpec
    /// The most that a program's output may take in a log; nil for the usual.
    public var logLimit: ByteCount?
    /// Files up to this size have their checksums taken; 0 for none, nil for all.
    public var checksumLimit: ByteCount?
    /// What agents measure beyond what costs next to nothing.
    public var measures: Set<Measure> = []
    /// Where values stand that can be wrong for a place only, by key: scenes that are not there, a cluster that is not
    /// known.
    public var places: [String: SourceLocation] = [:]

    /// Gathers the parts.
    public init(
        file: String, name: String, datasetRoot: String, scenes: SceneSelection, sceneKind: SceneKind,
        outputRoot: String, pipeline: PipelineSpec, points: [Point], cluster: String,
        resources: Resources = Resources(),
        packing: Packing = .auto, collect: CollectSpec = CollectSpec()
    ) {
        self.file = file
        self.name = name
        self.datasetRoot = datasetRoot
        self.scenes = scenes
        self.sceneKind = sceneKind
        self.outputRoot = outputRoot
        self.pipeline = pipeline
        self.points = points
        self.cluster = cluster
        self.resources = resources
        self.packing = packing
        self.collect = collect
    }
}
