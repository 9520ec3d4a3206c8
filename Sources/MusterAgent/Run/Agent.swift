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
    let lane: Lane
    let outbox: Outbox
    let log: PackedLog
    let claims: ClaimFiles
    let memory: MemoryWatch
    /// CPUs that each slot's programs are kept on; nil where they may run on all.
    let slotCPUs: [[Int]?]
    let teller: Teller?
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
    private let signals: Int32
    private let timer: Int32
    private var nextClaimLook: Int64 = 0
    private var nextSample: Int64 = 0
    private var nextSpoolLook: Int64 = 0
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
        identity = StageIdentity(plan.stages)
        places = StagePlaces(stages: plan.stages, root: plan.outputRoot)
        slots = GPUShare.slots(
            wanted: options.slots ?? plan[size].slots, perJob: plan[size].resources.gpus,
            sharing: plan[size].resources.sharing, tokens: gpus.tokens)
        isAlone = options.isAlone
        back = GiveBack(options, node: node, environment: environment)
        inherited = StageLaunch.inherited(environment)
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
        teller = Teller(paths: folder.paths, run: plan.run, source: source, outbox: outbox) { note($0) }
        orders = Orders(paths: folder.paths)
        timer = cshims_timerfd()
        guard timer >= 0 else { throw .last("timerfd_create", "") }
        blocks = self.folder.blocks()
        if plan.halt != nil || blocks.contains(where: \.terms.isCanary) { lookout = Lookout(folder: folder) }
        Remains.end(lane: lane, log: log, observer: process)
    }

    deinit { close(timer) }

    /// Works until nothing is left or somebody wants an end. How things went stands in the facts.
    func run() {
        tellStart()
        if let reason = devices.unseen { note(reason) }
        examineNode()
        repeat {
            reap()
            let now = Machine.monotonic
            if now >= nextSample { sample(now: now) }
            if now >= nextSpoolLook { cutSpools(now: now) }
            if now >= nextGuard { guardMemory(now: now) }
            if now >= nextClaimLook { lookAtClaims(now: now) }
            endLateJobs(now: now)
            tendSpace(now: now)
            escalate(now: now)
            judge(now: now)
            let isHurried = fillSlots()
            flush()
            outbox.syncWhenDue()
            teller?.step(now: now)
            if jobs.isEmpty, !isHurried, !waitsForSpace, !waits(now: now), !awaitsCanaries(now: now) { break }
            if !jobs.isEmpty { idleSince = nil }
            wait(until: isHurried ? now : min(nextSample, nextClaimLook, nextSpoolLook, nextGuard))
        } while true
        end()
    }

    /// Whether an agent with nothing that runs should stay, since there is work that a full file system or a full GPU holds
    /// up.
    private var waitsForSpace: Bool {
        guard stopping == nil, !isOutOfTime, sickness == nil, lookout?.halted == nil else { return false }
        return outbox.isBlocked || isWaitingForRoom || full != nil && (claimed > 0 || !held.isEmpty)
    }

    /// Cuts the output of programs that print without end. While one prints fast it is looked at more often.
    private func cutSpools(now: Int64) {
        var isFlood = false
        for program in programs {
            isFlood = isFlood || program.spool.size > logLimit / 4
            program.spool.cut(at: logLimit)
        }
        nextSpoolLook = now + (isFlood ? Self.samplePeriod / 20 : Self.samplePeriod)
    }

    /// Whether an agent with nothing to do should stay, since stage runs of others are about to give it work.
    private func waits(now: Int64) -> Bool {
        guard mayStart, waitsForOthers else { return false }
        idleSince = idleSince ?? now
        return now - (idleSince ?? now) < Self.patience
    }

    /// The slots in which nothing runs.
    var idleSlots: [Int] {
        let busy = Set(jobs.keys).union(jobs.values.flatMap { $0.runs.map(\.slot) })
        return (0..<slots).filter { !busy.contains($0) }
    }

    /// Whether jobs of claimed blocks have not come to their end.
    var hasUnfinished: Bool { unfinished > 0 || held.contains { !$0.isDone } }
    /// The first of them.
    var idleSlot: Int? { idleSlots.first }

    /// Whether new jobs are wanted at all.
    var mayStart: Bool {
        stopping == nil && !isOutOfTime && full == nil && sickness == nil && lookout?.halted == nil
    }

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
            stopping?.cause ?? sickness.map { "the node is sick: \($0)" } ?? lookout?.reason ?? holdReason
            ?? (isOutOfTime
                ? "the time left is too short for another job"
                : waitsForOthers
                    ? "jobs still wait for stage runs of others, and nothing else is left" : "nothing left to do")
        endOrphans()
        reap()
        writeLive(isLast: true)
        requeueElement()
        giveBack()
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
        guard let error = outbox.flush() else { return }
        note("facts can't be written, so no job is started for now: \(error)")
        if DiskSpace.isShort(error.code) { _ = isFull(lane.paths.folder) }
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
        let left = endOrphans()
        if !left.isEmpty { note("ended what stages left behind: \(left.joined(separator: ", "))") }
        watch(ended: [])
        keeper?.look(now: now)
    }

    private func lookAtClaims(now: Int64) {
        nextClaimLook = now + Self.claimPeriod
        heedOrders()
        // An agent that begins behind the order has read it already.
        if orders.state.isStopped || Files.exists(folder.paths.cancelled) { stopCancelled() }
        lookout?.lookForMark()
        claims.refresh(always: false)
        for block in held where !block.isDone { _ = stillHolds(block) }
    }
}

/// A word for people, to the agent's own output.
func note(_ text: String) {
    let bytes = Array("muster-agent: \(text)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
