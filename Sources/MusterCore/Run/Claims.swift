/// Who holds a block: the content of a claim file.
public struct ClaimHolder: Hashable, Sendable {
    /// The allocation's element: Slurm's `ARRAYJOB_TASK`, or `local-PID-START`.
    public var element: String
    /// How often Slurm restarted the element before.
    public var restart: Int
    /// The agent: 32 hex digits, random for each process start.
    public var source: String
    /// The machine's name.
    public var node: String
    /// The lane that the agent writes its facts to.
    public var lane: String
    /// The agent's process.
    public var process: ProcessIdentity?

    /// Names a holder.
    public init(
        element: String, restart: Int, source: String, node: String, lane: String, process: ProcessIdentity? = nil
    ) {
        self.element = element
        self.restart = restart
        self.source = source
        self.node = node
        self.lane = lane
        self.process = process
    }

    /// What elements without a scheduler are called at the beginning of their name.
    public static let localPrefix = "local-"

    /// True without a scheduler, which alone could say that an element has ended.
    public var isLocal: Bool { element.hasPrefix(Self.localPrefix) }

    /// The holder as a JSON object.
    public var json: JSON {
        .object([
            "element": .string(element), "restart": .int(restart), "source": .string(source), "node": .string(node),
            "lane": .string(lane), "process": process?.json,
        ])
    }

    /// Reads what `json` writes; nil when a part is missing.
    public init?(json: JSON) {
        guard let element = json["element"]?.string, let restart = json["restart"]?.int,
            let source = json["source"]?.string
        else { return nil }
        self.init(
            element: element, restart: Int(clamping: restart), source: source, node: json["node"]?.string ?? "",
            lane: json["lane"]?.string ?? "", process: json["process"].flatMap(ProcessIdentity.init(json:)))
    }
}

/// Which agent may run a block. Decisions only; files are made elsewhere.
///
/// A block's claims are files: `BLOCK` (level 0), and `BLOCK+N` for each take-over. Each is made by an operation that
/// only one process can win, none is ever changed, and the one of the highest level counts.
public enum Claims {
    /// What an agent may do about a block.
    public enum Decision: Equatable, Sendable {
        /// Nobody has it: make the claim of level 0.
        case free
        /// This agent has it.
        case mine
        /// Its holder is done for: make the claim of this level.
        case takeOver(level: Int)
        /// Somebody else has it.
        case taken
    }

    /// Decides about a block whose highest claim is at `level`; nil for `holder` when that file can't be read (yet).
    ///
    /// Taken over is only from the same element with a lower restart count, since only the scheduler knows that an
    /// element has ended; without a scheduler from a process that has surely ended.
    public static func decide(
        level: Int?, holder: ClaimHolder?, me: ClaimHolder, isGone: (ProcessIdentity) -> Bool
    ) -> Decision {
        guard let level else { return .free }
        guard let holder else { return .taken }
        if holder.source == me.source { return .mine }
        if holder.element == me.element {
            return me.restart > holder.restart ? .takeOver(level: max(me.restart, level + 1)) : .taken
        }
        guard holder.isLocal, me.isLocal, let process = holder.process, isGone(process) else { return .taken }
        return .takeOver(level: level + 1)
    }

    /// The block and level that a claim's file name stands for; nil for other files of the folder.
    public static func parse(fileName: String) -> (block: String, level: Int)? {
        guard !fileName.hasPrefix("."), !fileName.isEmpty else { return nil }
        guard let plus = fileName.lastIndex(of: "+") else { return (fileName, 0) }
        guard let level = Int(fileName[fileName.index(after: plus)...]), level > 0 else { return nil }
        return (String(fileName[..<plus]), level)
    }

    /// The jobs of `generation` that ended, by the facts that `sources` told in `lines`.
    ///
    /// An attempt that somebody stopped (cancelled, preempted) says nothing about its job: the job is left for the
    /// successor. One that ran out of time is the policy's business, and what it owes stands in a later generation, unless
    /// its agent had the element started again to go on with it. Lines that can't be read are skipped.
    public static func settledJobs(
        in lines: some Sequence<some Sequence<UInt8>>, sources: Set<String>, generation: Int
    ) -> Set<Int> {
        var settled: Set<Int> = []
        var late: [Int: RunState.ElementRun] = [:]
        var requeued: Set<RunState.ElementRun> = []
        for line in lines {
            guard let event = try? Event(line: line), sources.contains(event.source) else { continue }
            switch event.body {
            case .jobEnded(let key, let ending, _) where key.generation == generation:
                if ending.outcome == .timeout {
                    late[key.job] = RunState.ElementRun(element: key.element, restart: key.restart)
                } else if isSettled(ending.outcome) {
                    settled.insert(key.job)
                }
            case .jobCached(let job): settled.insert(job)
            case .requeued(let element, let restart, let refused):
                let run = RunState.ElementRun(element: element, restart: restart)
                if refused == nil { requeued.insert(run) } else { requeued.remove(run) }
            default: break
            }
        }
        return settled.union(late.filter { !requeued.contains($0.value) }.keys)
    }

    private static func isSettled(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .succeeded, .partial, .failed, .killed, .oomHost, .oomGPU, .timeout: true
        case .preempted, .cancelled, .lost, .nodeFailed: false
        }
    }
}
