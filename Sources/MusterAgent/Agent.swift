import CShims
import Glibc
import MusterCore
import ZeroMQ

/// Runs on a node: claims blocks, runs their jobs in slots, tells of it. One thread, one place to sleep.
final class Agent {
    private let paths: RunPaths
    private let plan: RunPlan
    private let options: AgentOptions
    private let node = Machine.node
    private let lane: Lane
    private let outbox: Outbox
    private let uplink: Uplink
    private let board: ClaimBoard
    private let signals: Int32
    private let cgroup = Disk.text("/proc/self/cgroup").flatMap(CgroupMemory.locate(procCgroup:))
    private var rows: [JobRow] = []
    private var slots: [JobRun?]
    private var queue: [(block: Block, job: Int)] = []
    private var held: [String: Block] = [:]
    private var finished: Set<String> = []
    private var stopping: (outcome: Outcome, cause: String)?
    private var ticks = 0

    init(options: AgentOptions) throws {
        self.options = options
        paths = RunPaths(folder: options.folder)
        guard let plan = Disk.json(paths.plan).flatMap(RunPlan.init(json:)) else {
            throw Disk.Failure(what: "read the plan \(paths.plan)", code: ENOENT)
        }
        self.plan = plan
        lane = try Lane(in: paths, node: node)
        outbox = try Outbox(path: lane.paths.outbox, run: plan.run, source: Machine.randomSource())
        uplink = try Uplink(paths: paths, outbox: outbox)
        board = ClaimBoard(
            paths: paths,
            own: Claim(
                element: options.element, restart: options.restart, source: outbox.source, node: node, lane: lane.name,
                boot: Machine.boot, pid: Int(getpid()), start: ProcessFacts(pid: Int(getpid()))?.start ?? 0))
        slots = Array(repeating: nil, count: max(1, options.slots ?? plan.slots))
        signals = cshims_signalfd([SIGCHLD, SIGTERM, SIGINT, SIGUSR1], 4)
        guard signals >= 0 else { throw Disk.Failure(what: "receive signals", code: errno) }
    }

    /// Works until nothing is left to claim, or until told to stop.
    func run() throws {
        rows = (Disk.read(paths.jobs) ?? []).split(separator: 0x0A)
            .compactMap { (try? JSON(parsing: $0)).flatMap(JobRow.init(json:)) }
        outbox.append(
            .agentStarted(
                node: node, lane: lane.name, element: options.element, restart: options.restart, slots: slots.count,
                details: .object([
                    "pid": .int(getpid()), "version": .string(agentVersion), "gpus": .strings(options.gpus),
                    "boot": .string(Machine.boot),
                ])))
        var nextTick = Machine.monotonic
        repeat {
            fill()
            uplink.work()
            try sleep(until: nextTick)
            reap()
            if Machine.monotonic >= nextTick {
                tick()
                nextTick = Machine.monotonic + 1_000_000
            }
        } while isBusy || (stopping == nil && fillable)
        outbox.append(.agentEnded(reason: stopping?.cause ?? "nothing left to claim"))
        outbox.sync()
        try farewell()
    }

    private var isBusy: Bool { slots.contains { $0 != nil } }

    /// True when another job could be started: the last look before ending.
    private var fillable: Bool {
        fill()
        return isBusy
    }

    /// Gives every free slot a job. Jobs that end at once (cached ones) free their slot again.
    private func fill() {
        guard stopping == nil else { return }
        for slot in slots.indices {
            while slots[slot] == nil, let (block, job) = nextJob() {
                guard rows.indices.contains(job) else { continue }
                guard board.holds(block.id) else {
                    lose(block.id)
                    continue
                }
                let share = options.gpuShare(slot: slot, each: plan.resources.gpus)
                let run = JobRun(
                    row: rows[job], block: block,
                    attempt: AttemptKey(
                        job: job, generation: block.generation, element: options.element, restart: options.restart),
                    slot: slot,
                    around: .init(plan: plan, lane: lane, outbox: outbox, node: node, cgroup: cgroup, gpus: share))
                run.begin()
                if !run.isOver { slots[slot] = run }
            }
        }
        noteGroups()
    }

    private func noteGroups() { lane.note(groups: slots.compactMap { $0?.process?.pid }) }

    private func nextJob() -> (Block, Int)? {
        if queue.isEmpty { claim() }
        return queue.isEmpty ? nil : queue.removeFirst()
    }

    /// Claims the next block that is free or may be taken over; highest generation last, so retries wait their turn.
    private func claim() {
        let blocks = (Disk.read(paths.blocks) ?? []).split(separator: 0x0A)
            .compactMap { (try? JSON(parsing: $0)).flatMap(Block.init(json:)) }
        for block in blocks where held[block.id] == nil && !finished.contains(block.id) {
            guard let taken = board.take(block.id) else { continue }
            held[block.id] = block
            var done: Set<Int> = []
            var isTakeOver = false
            if case .after(let predecessor) = taken {
                isTakeOver = true
                if let predecessor { done = endedJobs(of: predecessor, generation: block.generation) }
            }
            outbox.append(.blockClaimed(block: block.id, generation: block.generation, takeover: isTakeOver))
            queue = block.jobs.filter { !done.contains($0) }.map { (block, $0) }
            if !queue.isEmpty { return }
            finished.insert(block.id)
        }
    }

    /// Jobs whose end stands in the predecessor's outbox: they are not repeated.
    private func endedJobs(of claim: Claim, generation: Int) -> Set<Int> {
        var ended: Set<Int> = []
        for line in (Disk.read(paths.lane(claim.lane).outbox) ?? []).split(separator: 0x0A) {
            guard let event = try? Event(line: line) else { continue }
            switch event.body {
            case .jobEnded(let key, _, _) where key.generation == generation: ended.insert(key.job)
            case .jobCached(let job): ended.insert(job)
            default: continue
            }
        }
        return ended
    }

    private func lose(_ block: String) {
        guard held.removeValue(forKey: block) != nil else { return }
        outbox.append(.fenced(block: block, reason: "the block was taken over"))
        queue.removeAll { $0.block.id == block }
        for slot in slots.indices where slots[slot]?.block.id == block {
            slots[slot]?.abandon()
            slots[slot] = nil
        }
    }

    private func sleep(until moment: Int64) throws {
        var set = PollSet()
        set.add(descriptor: signals, for: .readable)
        uplink.add(to: &set)
        let rest = max(0, moment - Machine.monotonic)
        try set.wait(timeout: .microseconds(rest))
        while true {
            var sender: pid_t = 0
            let signal = cshims_signalfd_read(signals, &sender)
            if signal <= 0 { break }
            if signal != SIGCHLD { stop(.cancelled, cause: "the agent got signal \(signal)") }
        }
    }

    private func stop(_ outcome: Outcome, cause: String) {
        guard stopping == nil else { return }
        stopping = (outcome, cause)
        queue = []
        for run in slots { run?.stop(outcome, cause: cause) }
    }

    /// Takes the ends of children; each stage's claim is read again before the next begins.
    private func reap() {
        var status = cshims_ended()
        while cshims_wait4(-1, false, &status) > 0 {
            guard let slot = slots.firstIndex(where: { $0?.process?.pid == Int(status.pid) }), let run = slots[slot]
            else { continue }
            guard board.holds(run.block.id) else {
                lose(run.block.id)
                continue
            }
            run.ended(status)
            if run.isOver { slots[slot] = nil }
            noteGroups()
        }
    }

    /// Once a second: samples; every other second claims and the wish to cancel are read again.
    private func tick() {
        ticks += 1
        outbox.flush()
        let samples = slots.compactMap { $0?.sample() }
        uplink.send(samples: samples)
        if !samples.isEmpty {
            try? Disk.replace(lane.paths.live, with: Array(samples.joined(separator: [0x0A])) + [0x0A])
        }
        guard ticks.isMultiple(of: 2) else { return }
        if Disk.exists(paths.cancelled) { stop(.cancelled, cause: "the run was cancelled") }
        for block in Set(slots.compactMap { $0?.block.id }) where !board.holds(block) { lose(block) }
    }

    /// Gives the last facts a few seconds to arrive; whoever misses them reads the outbox.
    private func farewell() throws {
        let deadline = Machine.monotonic + 5_000_000
        while !uplink.isQuiet, Machine.monotonic < deadline {
            uplink.work()
            var set = PollSet()
            uplink.add(to: &set)
            try set.wait(timeout: .milliseconds(50))
        }
    }
}
