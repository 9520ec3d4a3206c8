import CShims
import Glibc
import MusterCore

/// Samples, memory counters and the live file.
extension Agent {
    /// A process that held at least this part of the limit is one that the kernel may have chosen.
    private static var largeShare: Int64 { 8 }

    /// Looks at every running stage and at the memory counters, and tells the samples.
    func watch(ended: [Ended]) {
        let running = jobs.values.flatMap { job in job.runs.map { (job, $0) } }
        for (_, run) in running {
            for program in run.programs where !ended.contains(where: { $0.program === program }) {
                program.sample(isLast: false)
            }
            run.sum()
        }
        attribute(ended: ended)
        watchDevices(running)
        let now = Machine.monotonic
        // Workers may end by the dozen; the last word of a stage is sent when it ends.
        let news = running.filter { $0.1.hasNews && ($0.1.items == nil || now - $0.1.lastTold >= Self.samplePeriod) }
        guard !news.isEmpty else { return writeLive() }
        for (_, run) in news { (run.hasNews, run.lastTold) = (false, now) }
        teller?.send(samples: news.map { sample(of: $0.1, in: $0.0) })
        for (job, run) in running { latest[run.slot] = sample(of: run, in: job) }
        writeLive()
    }

    /// Tells the last sample of a stage.
    func tell(_ run: StageRun, in job: JobRun) {
        let last = sample(of: run, in: job)
        teller?.send(samples: [last])
        latest[run.slot] = last
    }

    private func sample(of stage: StageRun, in job: JobRun) -> Event {
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
    private func attribute(ended: [Ended]) {
        let kills = memory.newKills()
        guard kills > 0 else { return }
        var candidates: [(job: JobRun, run: StageRun, program: RunningProgram)] = []
        for job in jobs.values { for run in job.runs { candidates += run.programs.map { (job, run, $0) } } }
        let killed = ended.filter {
            ($0.how.signal == SIGKILL || $0.how.exit_code == 128 + SIGKILL) && $0.job.stop == nil
        }.map { (job: $0.job, run: $0.run, program: $0.program) }
        let large = (memory.reading.limit ?? .max) / Self.largeShare
        let shrunk = candidates.filter { $0.program.lostMemory >= large }
        let victims =
            candidates.count == 1 ? candidates : !killed.isEmpty ? killed : !shrunk.isEmpty ? shrunk : candidates
        for (job, run, program) in victims {
            program.oomKills += kills
            program.memoryLimit = memory.reading.limit
            program.memoryPeak = memory.reading.peak
            outbox.append(.oom(job.key, stage: run.name, kills: kills, limit: memory.reading.limit))
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
    private var counts: KeptFile?
    private var next: Int64 = 0

    init() {
        group = Files.text("/proc/self/cgroup").flatMap(CgroupMemory.init(processFile:))
        counts = group?.counts(read: ProcFile.text).map(KeptFile.init)
        reading = group?.reading(read: ProcFile.text) ?? reading
    }

    /// Kills since the last look. All else is read once a second, and when there were any.
    func newKills() -> Int64 {
        guard let group else { return 0 }
        let before = reading.kills
        let now = Machine.monotonic
        if now < next, let text = counts?.text(), CgroupMemory.kills(in: text) == before { return 0 }
        next = now + 1_000_000
        reading = group.reading(read: ProcFile.text)
        return max(0, reading.kills - before)
    }
}
