/// How jobs share allocations.
public enum Packing: String, CaseIterable, Sendable {
    /// Elements of about an hour or more, at most 1,000 of them.
    case auto
    /// An element for each job.
    case element
    /// Whole nodes, with as many slots as the node carries.
    case node
}

/// What one place can carry, as far as the planner must know.
public struct Capacity: Hashable, Sendable {
    /// Cores of a node; nil when unknown.
    public var cpus: Int?
    /// GPUs of a node; nil when unknown.
    public var gpus: Int?
    /// Memory of a node; nil when unknown.
    public var memory: ByteCount?
    /// Memory of the largest node there; nil when unknown.
    public var mostMemory: ByteCount?
    /// The longest that an allocation may last; nil for no limit.
    public var timeLimit: WallTime?
    /// Slurm's MaxArraySize: indices run from 0 to one less.
    public var maxArraySize: Int
    /// True where the jobs run in one process on this machine.
    public var isLocal: Bool

    /// Describes a place.
    public init(cpus: Int?, gpus: Int?, timeLimit: WallTime?, maxArraySize: Int, isLocal: Bool) {
        self.cpus = cpus
        self.gpus = gpus
        self.timeLimit = timeLimit
        self.maxArraySize = maxArraySize
        self.isLocal = isLocal
    }
}

/// All that a plan depends on: config, data and place, read at the edge and passed in as values.
public struct PlanInput: Hashable, Sendable {
    /// The sweep's name.
    public var sweep: String
    /// Name of the cluster.
    public var cluster: String
    /// The scenes, in order.
    public var scenes: [Scene]
    /// The points of the parameter space; one without values where there are no parameters.
    public var points: [Point]
    /// The stages in the order in which they run.
    public var stages: [StageSpec]
    /// Absolute path below which results lie.
    public var outputRoot: String
    /// One job's resources.
    public var resources: Resources
    /// How jobs share allocations.
    public var packing: Packing
    /// The place.
    public var capacity: Capacity
    /// Nodes of one element; each runs an agent.
    public var nodes: Int
    /// Nodes of one job: an element of so many nodes has one agent, which starts the stages on them.
    public var jobNodes = 1
    /// How results are put in order behind the last stage.
    public var rules: [LayoutRule] = []
    /// Record files besides muster's own, which are no part of what makes a result.
    public var records: RecordStyle?
    /// What agents measure beyond what costs next to nothing.
    public var measures: Set<Measure> = []
    /// How long a job took in earlier runs, for packing where jobs have no time of their own; nil when that is not known.
    public var expectedTime: WallTime?
    /// What the jobs of each point ask for; empty where all ask for ``resources``.
    public var sizes: [Resources] = []
    /// The most classes that different sizes are put into.
    public var mostClasses = 4
    /// Which ends are followed by another attempt.
    public var retry = RetryPolicy.standard
    /// When a run starts nothing more.
    public var halt: HaltPolicy?
    /// Jobs that must succeed before others are begun.
    public var canaries = 0
    /// Nodes to stay away from, in Slurm's notation.
    public var exclude: String?
    /// How a job's folder is called below ``outputRoot``.
    public var layout: OutputLayout
    /// The most that a program's output may take in a log, in bytes; nil for the usual.
    public var logLimit: Int64?
    /// Files up to this size have their checksums taken, in bytes; 0 for none.
    public var checksumLimit = Int64.max
    /// Jobs side by side where the place is this machine; nil for as many as it carries.
    public var localSlots: Int?

    /// Gathers the input.
    public init(
        sweep: String, cluster: String, scenes: [Scene], points: [Point] = [.only], stages: [StageSpec],
        outputRoot: String,
        resources: Resources, packing: Packing, capacity: Capacity, nodes: Int = 1,
        layout: OutputLayout = .plain, localSlots: Int? = nil
    ) {
        self.sweep = sweep
        self.cluster = cluster
        self.scenes = scenes
        self.points = points
        self.stages = stages
        self.outputRoot = outputRoot
        self.resources = resources
        self.packing = packing
        self.capacity = capacity
        self.nodes = nodes
        self.layout = layout
        self.localSlots = localSlots
    }
}
