import Glibc
import MusterCore

/// A program of a stage that runs.
final class RunningProgram {
    /// The program's process, which leads a group of its own.
    let pid: Int
    /// Its start in ticks since boot: with the number, its identity.
    let start: Int64
    let started: Int64
    /// Output; an open descriptor of a spool.
    let spool: Spool
    var progress: ProgressFile
    var output: ProgressOutput?
    var reading = Reading()
    var hasNews = true
    /// Resident memory of its process tree: now, and the most so far.
    var resident: Int64 = 0
    var peakRSS: Int64 = 0
    /// Looks at its processes.
    var samples = 0
    /// Highest sum of the proportional set sizes seen, and the resident memory at which it was looked for; nil where
    /// nobody asked for it.
    var peakPSS: Int64?
    private var residentAtPSS: Int64?
    /// Resident memory of its processes at the last look.
    var sizes: [Int: Int64] = [:]
    /// What those had that were gone at the last look.
    var lostMemory: Int64 = 0
    var oomKills: Int64 = 0
    var memoryLimit: Int64?
    var memoryPeak: Int64?
    /// Nobody said how the program's output tells progress: bars of tqdm are looked for.
    private let isGuess: Bool
    /// A worker's part of the stage's items.
    var share: ItemShare?
    /// What it counts; nil for a program that works.
    var counting: JobItems.Counting?
    /// The last it printed, of a program that goes through items or counts them; once it has ended.
    var told: String?
    /// Set when it was asked to end: SIGKILL follows at this moment.
    var killAt: Int64?
    /// A program beside it that makes its checkpoint.
    var helper: Int?
    /// What it was started with.
    let environment: [String], directory: String

    init(
        pid: Int, spool: Spool, progress: String, folder: String, pattern: ProgressPattern?, start: StageLaunch,
        measures: Set<Measure> = []
    ) {
        environment = start.environment
        directory = start.directory
        output = (pattern ?? .tqdm).map { ProgressOutput(pattern: $0) }
        isGuess = pattern == nil
        residentAtPSS = measures.contains(.pss) ? 0 : nil
        self.pid = pid
        self.spool = spool
        self.progress = ProgressFile(path: progress, folder: folder)
        self.start = Machine.start(of: pid) ?? 0
        started = Machine.monotonic
    }

    /// Asks it to end: `signal` now, and SIGKILL at `deadline`.
    func end(_ signal: Int32, killAt deadline: Int64) {
        Child.signal(group: pid, signal)
        killAt = killAt ?? deadline
    }

    /// Looks at the process tree, the output and the progress file.
    func sample(isLast: Bool) {
        var reading = self.reading
        if !isLast {
            let tree = ProcessTree(root: pid)
            lostMemory = sizes.filter { tree.sizes[$0.key] == nil }.values.reduce(0, +)
            sizes = tree.sizes
            resident = tree.resident
            samples += 1
            peakRSS = max(peakRSS, resident)
            reading.rss = resident
            reading.cpu = tree.cpu
            reading.read = max(reading.read ?? 0, tree.read)
            reading.written = max(reading.written ?? 0, tree.written)
            measurePSS(tree)
        }
        // A program that reports of itself is not guessed at.
        if !isGuess || !progress.hasSpoken { output?.update(&reading, spool: spool.descriptor) }
        progress.update(&reading, isLast: isLast)
        hasNews = hasNews || reading != self.reading
        self.reading = reading
    }

    /// Looks at the proportional set sizes whenever the memory is a tenth higher than at the last look: often enough to
    /// find the peak, and seldom, since the kernel walks all pages for it.
    private func measurePSS(_ tree: ProcessTree) {
        guard let before = residentAtPSS, tree.resident > before + before / 10 else { return }
        residentAtPSS = tree.resident
        if let now = tree.proportional { peakPSS = max(peakPSS ?? 0, now) }
    }

    /// Reads the last counts of the program, which has ended and was not reaped yet; they hold those of its children.
    func readRemains() {
        guard let last = ProcessTree.storage(of: pid) else { return }
        reading.read = max(reading.read ?? 0, last.read)
        reading.written = max(reading.written ?? 0, last.written)
    }
}
