import Digest
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
    /// Cache keys of the plan's stages for this job.
    let keys: [String]
    /// Stages not begun yet, and those that have ended well, by their place in the plan.
    var waiting: [Int]
    var done: Set<Int> = []
    /// Stages that run now.
    var runs: [StageRun] = []
    /// Where large files were linked from that others share.
    var shared: [SharedFiles] = []
    /// What is known of items.
    var items = JobItems()
    /// Stages that run behind the others whatever became of them, in order.
    var last: [Int] = []
    /// When what was asked to end is killed; nil while nothing was.
    var endBy: Int64?
    /// Why the attempt is being ended from outside; nil while it isn't.
    var stop: Stop?
    /// How the attempt ends, once a stage of it has failed: others may still be on their way to an end.
    var failure: Ending?
    /// The file system took no more: it goes on when there is space.
    var waitsForSpace = false
    /// What stages named of what they made, by the stages' places in the plan.
    var assets: [Int: [MadeAsset]] = [:]
    /// What the pipeline's rules moved in its folder.
    var moves: [PathChanges.Move] = []
    /// Checksums of its files, those still asked for, and whether the result waits for them or has waited.
    var sums: [FileDigest.Mark: String] = [:], unsummed: Set<FileDigest.Mark> = []
    var waitsForSums = false, isSumComplete = false
    /// What its folder holds now, where that is known without a look.
    var known: FileList?
    /// Files meant for running programs, which no result has.
    var litter: Set<String> = []
    /// The folder of the attempt before, where this one may go on with what lies there.
    var resumed: String?
    var peakRSS: Int64 = 0
    /// The most GPU memory of a stage; nil where none was measured.
    var peakGPU: Int64?
    var oomKills: Int64 = 0

    /// Somebody's wish that the attempt ends.
    struct Stop {
        /// Nil: the claim was lost, so nothing may be told about the job any more.
        var outcome: Outcome?
        var cause: String
    }

    init(row: JobRow, held: HeldBlock, key: AttemptKey, slot: Int, folder: String, keys: [String], stages: [Int]) {
        self.row = row
        self.held = held
        self.key = key
        self.slot = slot
        self.folder = folder
        self.keys = keys
        waiting = stages
        started = Machine.monotonic
    }

    /// Resident memory of all that runs for it, as last seen.
    var resident: Int64 { programs.reduce(0) { $0 + $1.resident } }

    /// The programs that run for it.
    var programs: [RunningProgram] { runs.flatMap(\.programs) }

    /// Asks everything that runs for it to end: `signal` now, and SIGKILL at `deadline`.
    func end(signal: Int32, killAt deadline: Int64) {
        endBy = endBy ?? deadline
        for run in runs {
            for program in run.programs {
                if run.isLast {
                    program.killAt = program.killAt ?? deadline
                } else {
                    program.end(signal, killAt: deadline)
                }
            }
        }
    }
}
