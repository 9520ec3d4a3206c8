import MusterCore

/// Samples, memory counters and the live file.
extension Agent {
    /// A process that held at least this part of the limit is one that the kernel may have chosen.
    private static var largeShare: Int64 { 8 }

    /// A stage that has just ended, and whether SIGKILL ended it or one of its own.
    typealias Ended = (job: JobRun, stage: RunningStage, wasKilled: Bool)

    /// Looks at every running stage and at the memory counters, and tells the samples.
    func watch(ended: [Ended]) {
        let endedPids = Set(ended.map(\.stage.pid))
        let running = jobs.values.filter { $0.stage.map { !endedPids.contains($0.pid) } ?? false }
        for job in running { job.stage?.sample(isLast: false) }
        attribute(ended: ended, running: running)
        let stages = running.compactMap { job in job.stage.map { (job, $0) } } + ended.map { ($0.job, $0.stage) }
        let news = stages.filter { $0.1.hasNews }
        guard !news.isEmpty else { return writeLive() }
        for (_, stage) in news { stage.hasNews = false }
        teller?.send(samples: news.map { sample(of: $0.1, in: $0.0) })
        for (job, stage) in stages { latest[job.slot] = sample(of: stage, in: job) }
        writeLive()
    }

    private func sample(of stage: RunningStage, in job: JobRun) -> Event {
        Event(
            run: folder.plan.run, source: me.source, sequence: nil, time: Machine.now, monotonic: Machine.monotonic,
            body: .sample(job.key, stage: stage.name, stage.reading))
    }

    /// Finds the stages that new kernel kills belong to.
    ///
    /// All stages of an agent share its control group, so with several slots the counter alone does not tell. Strong
    /// evidence is an end by SIGKILL that the agent did not send, or the loss since the last look of processes that
    /// held a good part of the limit. Without it every stage that runs or has just ended is told: a stage that ends
    /// with 0 after it lost a process must not pass for a success, and one that is repeated in vain only costs time.
    private func attribute(ended: [Ended], running: [JobRun]) {
        let kills = memory.newKills()
        guard kills > 0 else { return }
        let candidates = ended.map { ($0.job, $0.stage) } + running.compactMap { job in job.stage.map { (job, $0) } }
        let killed = ended.filter { $0.wasKilled && $0.job.stop == nil }.map { ($0.job, $0.stage) }
        let large = (memory.reading.limit ?? .max) / Self.largeShare
        let shrunk = candidates.filter { $0.1.lostMemory >= large }
        let victims =
            candidates.count == 1 ? candidates : !killed.isEmpty ? killed : !shrunk.isEmpty ? shrunk : candidates
        for (job, stage) in victims {
            stage.oomKills += kills
            stage.memoryLimit = memory.reading.limit
            stage.memoryPeak = memory.reading.peak
            outbox.append(.oom(job.key, stage: stage.name, kills: kills, limit: memory.reading.limit))
        }
    }

    /// Rewrites the file of the latest sample of each slot, once a second at most unless it is the last time.
    func writeLive(isLast: Bool = false) {
        let now = Machine.monotonic
        guard isLast || now - lastLive >= Self.samplePeriod, !latest.isEmpty, latest != written else { return }
        lastLive = now
        written = latest
        let samples = latest.sorted { $0.key < $1.key }.map(\.value.json)
        let json = JSON.object(["t": .int(Machine.now.microseconds), "samples": .array(samples)])
        try? Files.replace(lane.paths.live, with: json.bytes + [UInt8(ascii: "\n")])
    }
}

/// The kernel's memory counters of the group that the agent and its stages run in.
final class MemoryWatch {
    /// The group; nil where there are none.
    let group: CgroupMemory?
    /// The latest reading.
    private(set) var reading = CgroupMemory.Reading()

    init() {
        group = Files.text("/proc/self/cgroup").flatMap(CgroupMemory.init(processFile:))
        reading = group?.reading(read: Files.text) ?? reading
    }

    /// Kills since the last look.
    func newKills() -> Int64 {
        guard let group else { return 0 }
        let before = reading.kills
        reading = group.reading(read: Files.text)
        return max(0, reading.kills - before)
    }
}
