import CShims
import Glibc
import MusterCore

/// One job in a slot: its stages one after the other, then its publication.
final class JobRun {
    /// What the job needs of the agent that runs it.
    struct Surroundings {
        let plan: RunPlan
        let lane: Lane
        let outbox: Outbox
        let node: String
        let cgroup: CgroupMemory.Location?
        let gpus: [String]?
    }

    let row: JobRow
    let block: Block
    let attempt: AttemptKey
    let slot: Int
    private let around: Surroundings
    private let folder: String
    private let publication: Publication
    private let started = Machine.monotonic
    private var stage = 0
    private(set) var process: StageProcess?
    private var progress: ProgressTail?
    private var reading = Reading()
    private var peak: Int64 = 0
    private var kills: Int64 = 0
    private var limit: Int64?
    /// Why the job is being ended from outside, once it is.
    private var ordered: (outcome: Outcome, cause: String)?
    private var killAt: Int64?
    private(set) var isOver = false

    /// Seconds between the polite and the final signal.
    static let grace: Int64 = 10_000_000

    init(row: JobRow, block: Block, attempt: AttemptKey, slot: Int, around: Surroundings) {
        (self.row, self.block, self.attempt, self.slot, self.around) = (row, block, attempt, slot, around)
        folder = OutputPaths(final: row.output).attempt(
            run: around.plan.run, generation: attempt.generation, restart: attempt.restart, source: around.outbox.source
        )
        publication = Publication(row: row, run: around.plan.run)
    }

    private var stages: [StageSpec] { around.plan.stages }
    private var spool: String { "\(around.lane.paths.folder)/spool.\(slot)" }

    /// Begins: a result of the same key needs nothing; else the attempt's folder and the first stage.
    func begin() {
        if publication.isCached {
            around.outbox.append(.jobCached(job: row.index))
            isOver = true
            return
        }
        around.outbox.append(.jobStarted(attempt, node: around.node, slot: slot, folder: folder))
        do {
            try Disk.makeFolders(OutputPaths.records(in: folder))
        } catch {
            end(Ending(outcome: .failed, cause: "\(error)"), superseded: false)
            return
        }
        stage = publication.takeOver(into: folder, stages: stages.map(\.name))
        for done in stages.prefix(stage) {
            around.outbox.append(.stageEnded(attempt, stage: done.name, Ending(outcome: .succeeded), reused: true))
        }
        next()
    }

    /// Starts the stage that is due, or publishes after the last.
    private func next() {
        guard stage < stages.count else {
            publish()
            return
        }
        let spec = stages[stage]
        do {
            let environment = try StageEnvironment(
                plan: around.plan, row: row, stage: spec, attempt: attempt, folder: folder, gpus: around.gpus)
            let memory = around.cgroup.flatMap { CgroupMemory(at: $0, read: Disk.text) }
            limit = memory?.limit
            progress = ProgressTail(path: StageEnvironment.progressFile(spec.name, in: folder))
            reading = Reading()
            let process = try StageProcess.start(
                environment.words, environment: environment.variables, directory: environment.directory, log: spool,
                killsBefore: memory?.kills ?? 0)
            self.process = process
            around.outbox.append(.stageStarted(attempt, stage: spec.name, pid: process.pid))
        } catch let failure as StageProcess.StartFailure {
            fail(spec, Ending(outcome: .failed, cause: failure.message))
        } catch {
            fail(
                spec,
                Ending(outcome: .failed, cause: "stage '\(spec.name)' uses a name that stands for nothing: \(error)"))
        }
    }

    private func fail(_ spec: StageSpec, _ ending: Ending) {
        around.outbox.append(.stageEnded(attempt, stage: spec.name, ending, reused: false))
        end(ending, superseded: false)
    }

    /// Reads the counters and the program's progress; the sample's line, when a stage runs.
    func sample() -> [UInt8]? {
        guard var process else { return nil }
        reading.rss = process.measure()
        reading.cpu = process.cpu
        self.process = process
        progress?.read(into: &reading)
        noticeKills()
        if let killAt, Machine.monotonic >= killAt { process.signal(SIGKILL) }
        return around.outbox.sample(.sample(attempt, stage: stages[stage].name, reading))
    }

    /// Kernel kills counted in the agent's control group since the stage began.
    private func noticeKills() {
        guard let process, let location = around.cgroup, let memory = CgroupMemory(at: location, read: Disk.text) else {
            return
        }
        limit = memory.limit
        let rise = memory.kills - process.killsBefore
        guard rise > kills else { return }
        around.outbox.append(.oom(attempt, stage: stages[stage].name, kills: rise - kills, limit: limit))
        kills = rise
    }

    /// Takes the end of the stage's program.
    func ended(_ status: cshims_ended) {
        guard let process else { return }
        noticeKills()
        progress?.read(into: &reading)
        self.process = nil
        // Whatever the program left in its group must not run on beside the next stage.
        process.signal(SIGKILL)
        let spec = stages[stage]
        var ending = judge(status, process)
        pack(spec)
        if ending.outcome != .succeeded { ending.tail = Disk.tail(spool, limit: 4096) }
        peak = max(peak, ending.peakRSS ?? 0)
        around.outbox.append(.stageEnded(attempt, stage: spec.name, ending, reused: false))
        guard ending.outcome == .succeeded else {
            end(ending, superseded: false)
            return
        }
        publication.record(stage: spec.name, in: folder)
        kills = 0
        stage += 1
        if let ordered {
            end(Ending(outcome: ordered.outcome, cause: ordered.cause), superseded: false)
        } else {
            next()
        }
    }

    /// The stage's end. Kernel counters stand above the exit code: a pipeline that swallows its child's death and exits
    /// with 0 still lost a process.
    private func judge(_ status: cshims_ended, _ process: StageProcess) -> Ending {
        var ending = Ending(
            outcome: .succeeded, exitCode: status.signal == 0 ? Int(status.exit_code) : nil,
            signal: status.signal == 0 ? nil : Int(status.signal), duration: Machine.monotonic - process.started,
            peakRSS: Self.peak(sampled: process.peak, kernel: status.peak_resident_kib << 10), oomKills: kills,
            memoryLimit: limit)
        let name = stages[stage].name
        if kills > 0 {
            ending.outcome = .oomHost
            if let memory = around.cgroup.flatMap({ CgroupMemory(at: $0, read: Disk.text) })?.peak {
                ending.peakRSS = max(ending.peakRSS ?? 0, memory)
            }
            let bound = limit.map { " at the limit of \(ByteCount($0))" } ?? ""
            ending.cause =
                "the kernel ended \(kills) process\(kills == 1 ? "" : "es") of stage '\(name)' for want of memory\(bound) on \(around.node)"
        } else if let ordered {
            ending.outcome = ordered.outcome
            ending.cause = ordered.cause
        } else if let signal = ending.signal {
            ending.outcome = .killed
            ending.cause = "stage '\(name)' was ended by signal \(signal) on \(around.node)"
        } else if let code = ending.exitCode, code != 0 {
            ending.outcome = .failed
            ending.cause = "stage '\(name)' ended with exit code \(code) on \(around.node)"
        }
        return ending
    }

    /// The kernel's figure counts from before the program was loaded, when the child still shared the agent's memory: up
    /// to the agent's own peak it says nothing.
    private static func peak(sampled: Int64, kernel: Int64) -> Int64? {
        var own = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
        let known = max(sampled, kernel > Int64(own.ru_maxrss) << 10 ? kernel : 0)
        return known > 0 ? known : nil
    }

    /// Appends the stage's output to the lane's log, whole, and notes where it stands.
    private func pack(_ spec: StageSpec) {
        guard let output = Disk.read(spool) else { return }
        let log = open(around.lane.paths.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        let index = open(around.lane.paths.logIndex, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer {
            close(log)
            close(index)
        }
        guard log >= 0, index >= 0 else { return }
        let start = Int64(lseek(log, 0, SEEK_END))
        guard (try? Disk.write(output, to: log)) != nil else { return }
        let line = JSON.object([
            "job": .int(row.index), "gen": .int(attempt.generation), "element": .string(attempt.element),
            "restart": .int(attempt.restart), "stage": .string(spec.name), "start": .int(start),
            "count": .int(output.count),
        ])
        try? Disk.write(line.bytes + [0x0A], to: index)
    }

    private func publish() {
        switch publication.publish(folder, attempt: attempt) {
        case .published: end(Ending(outcome: .succeeded), superseded: false)
        case .superseded:
            end(Ending(outcome: .succeeded, cause: "another attempt had published before"), superseded: true)
        case .refused(let why): end(Ending(outcome: .failed, cause: why), superseded: false)
        }
    }

    private func end(_ ending: Ending, superseded: Bool) {
        var whole = ending
        whole.duration = Machine.monotonic - started
        whole.peakRSS = [peak, ending.peakRSS ?? 0].max().flatMap { $0 > 0 ? $0 : nil }
        around.outbox.append(.jobEnded(attempt, whole, superseded: superseded))
        around.outbox.sync()
        isOver = true
    }

    /// Ends the job from outside: a polite signal now, the final one after the grace.
    func stop(_ outcome: Outcome, cause: String) {
        guard ordered == nil else { return }
        ordered = (outcome, cause)
        killAt = Machine.monotonic + Self.grace
        process?.signal(SIGCONT)
        process?.signal(SIGTERM)
    }

    /// Ends the job at once and says nothing of it: its claim belongs to somebody else now.
    func abandon() {
        process?.signal(SIGKILL)
        ordered = (.lost, "the claim was taken over")
        isOver = true
    }
}
