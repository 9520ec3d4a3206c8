import CShims
import Glibc
import MusterCore

/// The agent: claims blocks, runs their jobs in its slots, and tells what happens. One thread, one poll.
final class Agent {
    /// Time between asking a stage to end and SIGKILL, in microseconds.
    static let grace: Int64 = 10_000_000
    /// Time between two looks at claims and the cancel mark, in microseconds.
    static let claimPeriod: Int64 = 2_000_000
    /// Time between two looks at processes, memory and progress, in microseconds.
    static let samplePeriod: Int64 = 1_000_000
    /// How long the end waits for the collector, in microseconds.
    static let farewell: Int64 = 5_000_000

    var folder: RunFolder
    let me: ClaimHolder
    let slots: Int
    /// The class of sizes that this allocation was made for.
    let size: Int
    /// The plan's stages, in which order they can run, and what makes their products.
    let stages: [StageSpec]
    let graph: StageGraph
    /// The most that a program's output may take, in bytes.
    let logLimit: Int64
    let identity: StageIdentity
    /// The GPUs to share among the slots, in the scheduler's words.
    let gpus: AgentGPUs
    let devices: DeviceWatch
    let inherited: [String]
    /// The same by name, and Slurm's own number of the job that this agent runs in; nil elsewhere.
    let surroundings: EnvironmentTable, slurmJob: String?
    let lane: Lane
    let outbox: Outbox
    let log: PackedLog
    let claims: ClaimFiles
    let memory: MemoryWatch
    /// CPUs that each slot's programs are kept on; nil where they may run on all.
    let slotCPUs: [[Int]?]
    let teller: Teller?
    /// Checksums of results.
    let summing: Summing
    /// What people ordered meanwhile.
    let orders: Orders
    let deadline: Int64?
    /// Writes records of the pipeline's own kind; nil for most pipelines, which have none.
    let keeper: RecordKeeper?

    var held: [HeldBlock] = []
    var doneBlocks: Set<String> = []
    var blocks: [Block] = []
    var jobs: [Int: JobRun] = [:]
    /// Where finished stages may lie.
    var places: StagePlaces
    /// Shared stage runs that have ended, and when others were looked at.
    var endedRuns: Set<Int> = [], lookedAt: [Int: Int64] = [:]
    /// There are blocks whose jobs need stage runs that others have not ended yet, and since when there was nothing else.
    var waitsForOthers = false, idleSince: Int64?
    /// Canaries and halts; nil where the run has neither.
    var lookout: Lookout?
    /// Who is to blame when programs can't be started, and what others tell of that; nil before anything had to be asked.
    var health = NodeHealth(), neighbours: Lookout?
    /// Why this node is sick, so that nothing more is started; nil for a healthy one.
    var sickness: String?
    /// The programs as they were at submission, and as they were found last.
    var code: CodeWatch
    /// One job at a time from now on, since one ran out of memory.
    var isSlow = false
    /// Why nothing new is started; nil while the agent goes on.
    var stopping: JobRun.Stop?
    var longestJob: Int64 = 0
    /// The latest sample of each slot, and those that the live file has.
    var latest: [Int: Event] = [:]
    var written: [Int: Event] = [:]
    var lastLive: Int64 = 0
    /// Said at the end when it was time that ended the agent.
    var isOutOfTime = false
    /// Something was not started because too little time is left.
    var isTimeShort = false
    /// A job waits for a GPU's memory, and those of which that was told.
    var isWaitingForRoom = false
    var toldWaiting: Set<Int> = []
    /// Jobs begun and blocks claimed so far.
    var begun = 0, claimed = 0
    /// A file system that takes no more; nil while all is well.
    var full: FullDisk?
    /// Jobs that were asked to end or that the node failed, and that did not come to their end.
    var unfinished = 0
    /// The element has this agent only.
    let isAlone: Bool
    /// How the element is given back where the node is sick.
    let back: GiveBack
    /// Descriptors that tell of signals and of the moment to wake up.
    let signals: Int32
    let timer: Int32
    /// When to look next at claims, processes, logs and memory, in microseconds of the monotonic clock.
    var nextClaimLook: Int64 = 0
    var nextSample: Int64 = 0
    var nextSpoolLook: Int64 = 0
    var nextGuard: Int64 = 0

    /// Takes a lane, ends what a predecessor left running there, and opens everything. `signals` is the descriptor
    /// that tells of blocked signals.
    init(options: AgentOptions, folder: RunFolder, environment: [String], signals: Int32) throws(SystemError) {
        self.folder = folder
        self.signals = signals
        _ = cshims_become_subreaper()
        let process = Machine.identity()
        let (node, source) = (Machine.node, Machine.randomSource())
        let plan = folder.plan
        gpus = options.gpus
        size = plan.classes.indices.contains(options.size) ? options.size : 0
        stages = plan.stages
        graph = StageGraph(plan.stages)
        logLimit = plan.logLimit
        identity = StageIdentity(plan.stages, moved: plan.moved)
        places = StagePlaces(stages: plan.stages, root: plan.outputRoot)
        slots = GPUShare.slots(
            wanted: options.slots ?? plan[size].slots, perJob: plan[size].resources.gpus,
            sharing: plan[size].resources.sharing, tokens: gpus.tokens)
        isAlone = options.isAlone
        back = GiveBack(options, node: node, environment: environment)
        inherited = StageLaunch.inherited(environment)
        surroundings = EnvironmentTable(inherited)
        slurmJob = surroundings["SLURM_JOB_ID"]
        deadline = options.timeLeft.map { Machine.monotonic + $0 * 1_000_000 }
        lane = try Lane.acquire(folder.paths, node: node, source: source)
        let element = options.element ?? "\(ClaimHolder.localPrefix)\(process.pid)-\(process.start)"
        me = ClaimHolder(
            element: element, restart: options.restart, source: source, node: node, lane: lane.name, process: process)
        outbox = try Outbox(
            path: lane.paths.outbox, reserve: lane.paths.reserve, run: plan.run, source: source)
        log = try PackedLog(lane: lane)
        claims = try ClaimFiles(paths: folder.paths, me: me)
        memory = MemoryWatch()
        keeper = RecordKeeper(folder, gpuTokens: options.gpus.tokens)
        let asked = plan[size].resources
        devices = DeviceWatch(
            share: gpus.share(slots: slots, asked: asked), isWanted: plan.classes.contains { $0.resources.gpus > 0 })
        let (near, allowed) = (devices.nearCPUs, Machine.cpus)
        slotCPUs = (0..<slots).map { CPUChoice.cpus(slot: $0, near: near, allowed: allowed, each: asked.cpus) }
        code = CodeWatch(Files.json(folder.paths.code).map(CodeFiles.init(json:)) ?? CodeFiles())
        teller = Teller(paths: folder.paths, run: plan.run, source: source, outbox: outbox) { note($0) }
        summing = try Summing()
        orders = Orders(paths: folder.paths)
        timer = cshims_timerfd()
        guard timer >= 0 else { throw .last("timerfd_create", "") }
        blocks = self.folder.blocks()
        if plan.halt != nil || blocks.contains(where: \.terms.isCanary) { lookout = Lookout(folder: folder) }
        Remains.end(lane: lane, log: log, observer: process)
    }

    deinit { close(timer) }
}
