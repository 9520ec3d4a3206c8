/// The state of a job in Slurm's own words (squeue(1), "JOB STATE CODES"; sacct(1)).
///
/// Read from the full word, from squeue's short code, and from the forms that accounting prints: `CANCELLED
/// by 1001`, a word cut to its column (`OUT_OF_ME+`). A word that is not known keeps its text and counts as
/// not ended, so that a new release of Slurm cannot make a running job look finished.
public enum SlurmState: Hashable, Sendable {
    // Base states.
    case pending, running, suspended
    case completed, failed, timeout, deadline, preempted
    case nodeFail, bootFail, outOfMemory
    /// By whom, where accounting says so: a user's number on the cluster.
    case cancelled(by: UInt32?)
    // Flags, printed in place of the base state.
    case completing, configuring, expediting, launchFailed, powerUpNode, reconfigFail, requeued, requeueFederated
    case requeueHold, resizing, reservationDeletedHold, revoked, signaling, specialExit, stageOut, stopped
    case updateDatabase
    /// A word that is none of these, as it was printed.
    case unrecognised(String)

    /// How far a job has come, whatever the word for it.
    public enum Phase: Sendable {
        /// Waiting, or waiting again: no process of it runs.
        case pending
        /// It holds its nodes.
        case running
        /// It will not run again by itself.
        case ended
        /// The word is unknown.
        case unknown
    }

    /// Never fails: an unknown text is kept as ``unrecognised(_:)``.
    public init(parsing text: some StringProtocol) {
        let words = Text.words(Substring(text))
        guard let first = words.first else {
            self = .unrecognised("")
            return
        }
        let word = String(first).uppercased()
        if let known = Self.byWord[word] ?? Self.byCut(word) {
            self = known
        } else {
            self = .unrecognised(String(text))
        }
        if case .cancelled = self, words.count == 3, words[1] == "by" {
            self = .cancelled(by: Text.number(words[2]))
        }
    }

    /// The phase this word stands for.
    public var phase: Phase {
        switch self {
        case .pending, .configuring, .powerUpNode, .requeued, .requeueFederated, .requeueHold, .specialExit,
            .reservationDeletedHold, .launchFailed, .reconfigFail, .expediting:
            .pending
        case .running, .suspended, .stopped, .completing, .resizing, .signaling, .stageOut, .updateDatabase:
            .running
        case .completed, .failed, .timeout, .deadline, .preempted, .nodeFail, .bootFail, .outOfMemory, .cancelled,
            .revoked:
            .ended
        case .unrecognised: .unknown
        }
    }

    /// In accounting this is a word about one run of the job. A requeue follows it with a new record, a little
    /// later, so ask the queue before taking ``nodeFail`` or ``preempted`` for the job's end.
    public var isEnded: Bool { phase == .ended }
    /// It holds its nodes, though perhaps suspended or being cleaned up.
    public var isRunning: Bool { phase == .running }
    /// It waits, for the first time or again.
    public var isPending: Bool { phase == .pending }

    /// Slurm's full word.
    public var name: String {
        switch self {
        case .cancelled: "CANCELLED"
        case .unrecognised(let text): text
        default: Self.words.first { $0.state == self }?.full ?? ""
        }
    }

    /// The short codes are those that squeue(1) lists.
    private static let words: [(full: String, short: String?, state: Self)] = [
        ("PENDING", "PD", .pending), ("RUNNING", "R", .running), ("SUSPENDED", "S", .suspended),
        ("COMPLETED", "CD", .completed), ("CANCELLED", "CA", .cancelled(by: nil)), ("FAILED", "F", .failed),
        ("TIMEOUT", "TO", .timeout), ("NODE_FAIL", "NF", .nodeFail), ("PREEMPTED", "PR", .preempted),
        ("BOOT_FAIL", "BF", .bootFail), ("DEADLINE", "DL", .deadline), ("OUT_OF_MEMORY", "OOM", .outOfMemory),
        ("COMPLETING", "CG", .completing), ("CONFIGURING", "CF", .configuring), ("EXPEDITING", nil, .expediting),
        ("LAUNCH_FAILED", nil, .launchFailed), ("POWER_UP_NODE", nil, .powerUpNode),
        ("RECONFIG_FAIL", nil, .reconfigFail), ("REQUEUED", "RQ", .requeued),
        ("REQUEUE_FED", "RF", .requeueFederated), ("REQUEUE_HOLD", "RH", .requeueHold),
        ("RESIZING", "RS", .resizing), ("RESV_DEL_HOLD", "RD", .reservationDeletedHold),
        ("REVOKED", "RV", .revoked), ("SIGNALING", "SI", .signaling), ("SPECIAL_EXIT", "SE", .specialExit),
        ("STAGE_OUT", "SO", .stageOut), ("STOPPED", "ST", .stopped), ("UPDATE_DB", nil, .updateDatabase),
    ]

    /// `OO` is what squeue prints for the documented `OOM`, observed with 22.05.
    private static let byWord: [String: Self] = {
        var table: [String: Self] = ["OO": .outOfMemory]
        for word in words {
            table[word.full] = word.state
            if let short = word.short { table[short] = word.state }
        }
        return table
    }()

    /// `OUT_OF_ME+` and the like: the one word that begins so, if it is only one.
    private static func byCut(_ word: String) -> Self? {
        guard word.hasSuffix("+"), word.utf8.count > 1 else { return nil }
        let cut = word.dropLast()
        if let whole = byWord[String(cut)] { return whole }
        let candidates = words.filter { $0.full.hasPrefix(cut) }
        return candidates.count == 1 ? candidates[0].state : nil
    }
}
