import Glibc
import MusterCore

/// An attempt at a job that occupies a slot now.
final class JobRun {
    let row: JobRow
    let held: HeldBlock
    let key: AttemptKey
    let slot: Int
    /// The attempt's folder.
    let folder: String
    let started: Int64
    let prints: [String]
    /// The stage that runs, or is next.
    var stageIndex = 0
    var stage: RunningStage?
    /// Why the attempt is being ended from outside; nil while it isn't.
    var stop: Stop?
    /// The folder of the attempt before, where this one may go on with what lies there.
    var resumed: String?
    var peakRSS: Int64 = 0
    var oomKills: Int64 = 0

    /// Somebody's wish that the attempt ends.
    struct Stop {
        /// Nil: the claim was lost, so nothing may be told about the job any more.
        var outcome: Outcome?
        var cause: String
    }

    init(row: JobRow, held: HeldBlock, key: AttemptKey, slot: Int, folder: String, prints: [String]) {
        self.row = row
        self.held = held
        self.key = key
        self.slot = slot
        self.folder = folder
        self.prints = prints
        started = Machine.monotonic
    }
}

/// A stage whose program runs.
final class RunningStage {
    let name: String
    /// The program's process, which leads a group of its own.
    let pid: Int
    /// Its start in ticks since boot: with the number, its identity.
    let start: Int64
    let started: Int64
    /// Output; an open descriptor of the slot's spool.
    let spool: Int32
    var progress: ProgressFile
    var output: ProgressOutput?
    var reading = Reading()
    var hasNews = true
    var peakRSS: Int64 = 0
    /// Resident memory of its processes at the last look.
    var sizes: [Int: Int64] = [:]
    /// What those had that were gone at the last look.
    var lostMemory: Int64 = 0
    var oomKills: Int64 = 0
    var memoryLimit: Int64?
    var memoryPeak: Int64?
    /// Nobody said how the program's output tells progress: bars of tqdm are looked for.
    private let isGuess: Bool
    /// Set when it was asked to end: SIGKILL follows at this moment.
    var killAt: Int64?

    init(name: String, pid: Int, spool: Int32, progress: String, pattern: ProgressPattern?) {
        self.name = name
        output = (pattern ?? .tqdm).map { ProgressOutput(pattern: $0) }
        isGuess = pattern == nil
        self.pid = pid
        self.spool = spool
        self.progress = ProgressFile(path: progress)
        start = Machine.start(of: pid) ?? 0
        started = Machine.monotonic
    }

    deinit { close(spool) }

    /// Looks at the process tree, the output and the progress file.
    func sample(isLast: Bool) {
        var reading = self.reading
        if !isLast {
            let tree = ProcessTree(root: pid)
            lostMemory = sizes.filter { tree.sizes[$0.key] == nil }.values.reduce(0, +)
            sizes = tree.sizes
            peakRSS = max(peakRSS, tree.resident)
            reading.rss = tree.resident
            reading.cpu = tree.cpu
        }
        // A program that reports of itself is not guessed at.
        if !isGuess || !progress.hasSpoken { output?.update(&reading, spool: spool) }
        progress.update(&reading, isLast: isLast)
        hasNews = hasNews || reading != self.reading
        self.reading = reading
    }
}
