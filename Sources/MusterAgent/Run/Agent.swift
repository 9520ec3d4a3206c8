import CShims
import Glibc
import MusterCore
import ZeroMQ

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

    let folder: RunFolder
    let me: ClaimHolder
    let slots: Int
    /// The class of sizes that this allocation was made for.
    let size: Int
    /// The plan's stages, in which order they can run, and what makes their products.
    let stages: [StageSpec]
    let graph: StageGraph
    let identity: StageIdentity
    /// Whether products of shared stage runs lie beside the results.
    let hasStore: Bool
    /// The GPUs to share among the slots, in the scheduler's words.
    let gpus: AgentGPUs
    let devices: DeviceWatch
    let inherited: [String]
    let lane: Lane
    let outbox: Outbox
    let log: PackedLog
    let claims: ClaimFiles
    let memory: MemoryWatch
    /// CPUs that each slot's programs are kept on; nil where they may run on all.
    let slotCPUs: [[Int]?]
    let teller: Teller?
    let deadline: Int64?

    var held: [HeldBlock] = []
    var doneBlocks: Set<String> = []
    var blocks: [Block] = []
    var jobs: [Int: JobRun] = [:]
    /// Names of attempts' folders beside results, by the folder that holds them.
    var attemptNames: [String: [String]] = [:]
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
    private let signals: Int32
    private let timer: Int32
    private var nextClaimLook: Int64 = 0
    private var nextSample: Int64 = 0

    /// Takes a lane, ends what a predecessor left running there, and opens everything. `signals` is the descriptor
    /// that tells of blocked signals.
    init(options: AgentOptions, folder: RunFolder, environment: [String], signals: Int32) throws(SystemError) {
        self.folder = folder
        self.signals = signals
        let process = Machine.identity()
        let (node, source) = (Machine.node, Machine.randomSource())
        let plan = folder.plan
        gpus = options.gpus
        size = plan.classes.indices.contains(options.size) ? options.size : 0
        stages = plan.stages
        graph = StageGraph(plan.stages)
        identity = StageIdentity(plan.stages)
        hasStore = Files.exists(OutputPaths.store(below: plan.outputRoot))
        slots = GPUShare.slots(
            wanted: options.slots ?? plan[size].slots, perJob: plan[size].resources.gpus,
            sharing: plan[size].resources.sharing, tokens: gpus.tokens)
        inherited = StageLaunch.inherited(environment)
        deadline = options.timeLeft.map { Machine.monotonic + $0 * 1_000_000 }
        lane = try Lane.acquire(folder.paths, node: node, source: source)
        let element = options.element ?? "\(ClaimHolder.localPrefix)\(process.pid)-\(process.start)"
        me = ClaimHolder(
            element: element, restart: options.restart, source: source, node: node, lane: lane.name, process: process)
        outbox = try Outbox(path: lane.paths.outbox, run: plan.run, source: source)
        log = try PackedLog(lane: lane)
        claims = try ClaimFiles(paths: folder.paths, me: me)
        memory = MemoryWatch()
        let asked = plan[size].resources
        devices = DeviceWatch(
            share: gpus.share(slots: slots, asked: asked), isWanted: plan.classes.contains { $0.resources.gpus > 0 })
        let (near, allowed) = (devices.nearCPUs, Machine.cpus)
        slotCPUs = (0..<slots).map { CPUChoice.cpus(slot: $0, near: near, allowed: allowed, each: asked.cpus) }
        teller = Teller(paths: folder.paths, run: plan.run, source: source, outbox: outbox) { note($0) }
        timer = cshims_timerfd()
        guard timer >= 0 else { throw .last("timerfd_create", "") }
        Remains.end(lane: lane, log: log, observer: process)
    }

    deinit { close(timer) }

    /// Works until nothing is left or somebody wants an end. How things went stands in the facts.
    func run() {
        tellStart()
        if let reason = devices.unseen { note(reason) }
        repeat {
            reap()
            let now = Machine.monotonic
            if now >= nextSample { sample(now: now) }
            if now >= nextClaimLook { lookAtClaims(now: now) }
            endLateJobs(now: now)
            escalate(now: now)
            let isHurried = fillSlots()
            flush()
            teller?.step(now: now)
            if jobs.isEmpty, !isHurried, !mayStart || !(outbox.isBlocked || isWaitingForRoom) { break }
            wait(until: isHurried ? now : min(nextSample, nextClaimLook))
        } while true
        end()
    }

    /// The slots in which nothing runs.
    var idleSlots: [Int] {
        let busy = Set(jobs.keys).union(jobs.values.flatMap { $0.runs.map(\.slot) })
        return (0..<slots).filter { !busy.contains($0) }
    }

    /// The first of them.
    var idleSlot: Int? { idleSlots.first }

    /// Whether new jobs are wanted at all.
    var mayStart: Bool { stopping == nil && !isOutOfTime }

    private func tellStart() {
        outbox.append(
            .agentStarted(
                node: me.node, lane: lane.name, element: me.element, restart: me.restart, slots: slots,
                details: .object([
                    "pid": .int(getpid()), "version": .string(AgentProgram.version),
                    "gpus": gpus.tokens.map { .strings($0) },
                    "devices": devices.devices.isEmpty ? nil : devices.details,
                    "slots": devices.devices.isEmpty ? nil : slotDetails,
                    "unseen": devices.unseen.map { .string($0) },
                    "cgroup": memory.group.map { .string($0.path) },
                    "memory_limit": memory.reading.limit.map { .int($0) },
                ])))
    }

    private func end() {
        let reason =
            stopping?.cause ?? (isOutOfTime ? "the time left is too short for another job" : "nothing left to do")
        writeLive(isLast: true)
        outbox.append(.agentEnded(reason: reason))
        outbox.sync()
        claims.close()
        Remains.forget(lane: lane, spools: log.mostSpools)
        let until = Machine.monotonic + Self.farewell
        while let teller, !teller.isDone, Machine.monotonic < until {
            teller.step(now: Machine.monotonic)
            guard teller.isConnected else { break }
            wait(until: Machine.monotonic + 200_000)
        }
    }

    /// Writes what was told; a disk that is full is worth a word.
    func flush() {
        if let error = outbox.flush() { note("facts can't be written, so no job is started for now: \(error)") }
    }

    /// Sleeps until a signal, an answer of the collector, or the moment.
    private func wait(until moment: Int64) {
        cshims_timerfd_set(timer, max(1, moment - Machine.monotonic) * 1000, 0)
        var polls = PollSet()
        polls.add(descriptor: signals, for: .readable)
        polls.add(descriptor: timer, for: .readable)
        teller?.join(&polls)
        do {
            try polls.wait(timeout: nil)
        } catch {
            note("waiting failed: \(error)")
        }
        _ = cshims_timerfd_read(timer)
        var sender: pid_t = 0
        while true {
            let signal = cshims_signalfd_read(signals, &sender)
            guard signal > 0 else { break }
            if signal != SIGCHLD { stop(signal: signal) }
        }
    }

    private func sample(now: Int64) {
        nextSample = now + Self.samplePeriod
        watch(ended: [])
    }

    private func lookAtClaims(now: Int64) {
        nextClaimLook = now + Self.claimPeriod
        if stopping == nil, Files.exists(folder.paths.cancelled) {
            stop(.init(outcome: .cancelled, cause: "the run was cancelled"))
        }
        claims.refresh(always: false)
        for block in held where !block.isDone { _ = stillHolds(block) }
    }
}

/// A word for people, to the agent's own output.
func note(_ text: String) {
    let bytes = Array("muster-agent: \(text)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
