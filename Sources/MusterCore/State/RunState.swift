/// What is known of one run: a fold of its events, in any order, each any number of times.
public struct RunState: Equatable, Sendable {
    /// The jobs that something was told about.
    public var jobs: [Int: JobState] = [:]
    /// Elements by name and restart.
    public var elements: [String: [Int: Element]] = [:]
    /// Elements of the agents that started, and the agents that said goodbye, by source.
    public private(set) var agents: [String: String] = [:], goodbyes: Set<String> = []
    /// Runs of elements whose agents had the scheduler start them again, and those that it refused.
    public private(set) var requeued: Set<ElementRun> = [], requeuesRefused: Set<ElementRun> = []
    /// What agents said last of full file systems, by source.
    public private(set) var fullDisks: [String: FullDisk] = [:]
    /// Nodes that agents found sick, by name: the first word about each.
    public private(set) var sickNodes: [String: SickNode] = [:]
    /// Programs that changed while the run went on.
    public private(set) var code = CodeChanges()
    /// Nodes whose agents could not see GPUs although jobs ask for some, and why.
    public private(set) var unseenGPUs: [String: String] = [:]
    /// Submissions by token.
    public var submissions: [String: Submission] = [:]
    /// Scheduler programs started, by the fact that told it.
    public private(set) var calls: [FactID: [JSON.Member]] = [:]
    /// Each time that the run was halted: when, and why. Empty for one that goes on.
    public private(set) var halts: Set<Halt> = []
    /// When somebody last wanted the run to go on all the same.
    public private(set) var lifted: Timestamp?
    /// What people were told of: `Notice.mark`.
    public private(set) var notices: Set<String> = []
    /// What people ordered about all of it.
    public var orders = RunOrders()
    /// The earliest time of a fact.
    public var first: Timestamp?

    /// A run of which nothing is known yet.
    public init() {}

    /// Takes in a fact; samples change nothing.
    public mutating func apply(_ event: Event) {
        guard let id = event.factID else { return }
        first = min(first ?? event.time, event.time)
        switch event.body {
        case .agentStarted(let node, _, let element, let restart, _, let details):
            if let reason = details["unseen"]?.string { unseenGPUs[node] = max(unseenGPUs[node] ?? "", reason) }
            started(element, restart, node: node, at: event.time)
            agents[event.source] = max(agents[event.source] ?? "", element)
            code.began(element, source: event.source)
        case .submitting(let token, let elements): submission(token, nil, elements, event.time)
        case .submitted(let token, let schedulerID): submission(token, schedulerID, 0, event.time)
        case .scheduler(let element, let restart, let state, let exit, let ended):
            let word = SchedulerWord(restart: restart, state: state, exit: exit, ended: ended, time: event.time)
            heard(word, about: element)
            if ended { for index in jobs.keys { jobs[index]?.apply(event) } }
        case .cancelRequested(let jobs):
            if jobs.isEmpty { orders.heed(event.body, at: event.time) }
            for job in jobs { change(job, event) }
        case .jobsHeld(let jobs), .jobsReleased(let jobs):
            if jobs.isEmpty { orders.heed(event.body, at: event.time) }
            for job in jobs { change(job, event) }
        case .retryRequested(let jobs, _):
            orders.heed(event.body, at: event.time)
            for job in jobs { change(job, event) }
        case .schedulerCalls(let members): calls[id] = members
        case .runHalted(let reason): halts.insert(Halt(time: event.time, reason: reason))
        case .runLifted: lifted = max(lifted ?? event.time, event.time)
        case .notified(let about): notices.insert(about)
        case .runEnded, .runThrottled: orders.heed(event.body, at: event.time)
        case .jobCached(let job): change(job, event)
        case .agentEnded: goodbyes.insert(event.source)
        case .requeued(let element, let restart, let refused):
            let run = ElementRun(element: element, restart: restart)
            if refused == nil { requeued.insert(run) } else { requeuesRefused.insert(run) }
        case .noSpace(let path, let free, let total, let isOver):
            guard id.sequence > fullDisks[event.source]?.sequence ?? 0 else { break }
            fullDisks[event.source] = FullDisk(
                sequence: id.sequence, path: path, free: free, total: total, isOver: isOver)
        case .nodeSick(let node, let reason):
            let new = SickNode(time: event.time, reason: reason)
            guard let old = sickNodes[node], (old.time, old.reason) <= (new.time, new.reason) else {
                sickNodes[node] = new
                break
            }
        case .codeChanged(let node, let change): code.heard(change, on: node, id: id, at: event.time)
        case .blockClaimed, .fenced, .gpuWaiting, .assetMade, .provenance, .unknown, .sample: break
        case .jobStarted(let key, _, _, _), .jobRetried(let key, _, _), .jobEnded(let key, _, _),
            .stageStarted(let key, _, _), .stageEnded(let key, _, _, _), .oom(let key, _, _, _),
            .gpuError(let key, _, _), .lastSeen(let key, _, _):
            change(key.job, event)
            for element in (elements[key.element] ?? [:]).values {
                if let word = element.word { jobs[key.job]?.close(key, word) }
            }
        }
    }

    private mutating func change(_ job: Int, _ event: Event) {
        jobs[job, default: JobState(index: job)].apply(event)
    }

    private mutating func started(_ name: String, _ restart: Int, node: String, at time: Timestamp) {
        var element = elements[name]?[restart] ?? Element()
        if let old = element.started, (old, element.node ?? "") <= (time, node) { return }
        (element.started, element.node) = (time, node)
        elements[name, default: [:]][restart] = element
    }

    private mutating func heard(_ word: SchedulerWord, about name: String) {
        var element = elements[name]?[word.restart] ?? Element()
        if let old = element.word, !word.counts(over: old) { return }
        element.word = word
        elements[name, default: [:]][word.restart] = element
    }

    private mutating func submission(_ token: String, _ id: String?, _ elements: Int, _ time: Timestamp) {
        let old = submissions[token]
        submissions[token] = Submission(
            schedulerID: [old?.schedulerID, id].compactMap { $0 }.max(), elements: max(old?.elements ?? 0, elements),
            time: min(old?.time ?? time, time))
    }

    /// The first word that halted the run since somebody lifted a halt; nil while it goes on.
    public var halt: Halt? {
        halts.filter { halt in lifted.map { halt.time > $0 } ?? true }.min {
            ($0.time, $0.reason) < ($1.time, $1.reason)
        }
    }

    /// Whether an element's agent had the scheduler start it again, which it did not refuse.
    public func isRequeued(_ element: String, restart: Int) -> Bool {
        let run = ElementRun(element: element, restart: restart)
        return requeued.contains(run) && !requeuesRefused.contains(run)
    }

    /// Where a job stands of which nothing else was told.
    public var standing: Standing {
        if isCancelled { return .ended(.cancelled) }
        if submissions.isEmpty { return .planned }
        return submissions.values.contains { $0.schedulerID != nil } ? .queued : .submitted
    }

    /// Elements that have ended for good, by the scheduler's word on their latest restart.
    public var endedElements: Set<String> {
        Set(elements.filter { $0.value.max { $0.key < $1.key }?.value.word?.ended == true }.keys)
    }

    /// Elements that the scheduler has at present, as far as was told: those submitted, without those that have ended for
    /// good or whose agents all said goodbye.
    public var elementsAtWork: Int {
        let submitted = submissions.values.filter { $0.schedulerID != nil }.reduce(0) { $0 + $1.elements }
        return max(0, submitted - silentElements.count)
    }

    /// Elements that have ended for good, or whose agents all said goodbye.
    private var silentElements: Set<String> {
        var silent = endedElements
        var talking: Set<String> = []
        for (source, element) in agents {
            if goodbyes.contains(source) { silent.insert(element) } else { talking.insert(element) }
        }
        return silent.subtracting(talking.subtracting(endedElements))
    }

    /// Whether an element of a submission waits or runs, as far as was told.
    public func isAtWork(_ submission: Submission) -> Bool {
        guard let id = submission.schedulerID else { return false }
        return silentElements.count { Self.allocation(of: $0) == id } < submission.elements
    }

    /// How many elements of a submission have no agent yet, as far as was told.
    func notStarted(_ submission: Submission) -> Int {
        guard let id = submission.schedulerID else { return 0 }
        let seen = endedElements.union(agents.values)
        return max(0, submission.elements - seen.count { Self.allocation(of: $0) == id })
    }

    /// `1234_5` belongs to `1234`; other elements are their own.
    static func allocation(of element: String) -> String {
        element.hasPrefix(ClaimHolder.localPrefix) ? element : String(element.prefix { $0 != "_" })
    }

    /// Runs of elements that have no last word although a later run of the same element has begun.
    public var restartedElements: [(element: String, restart: Int)] {
        elements.flatMap { name, runs in
            let last = runs.filter { $0.value.started != nil }.keys.max() ?? 0
            return runs.filter { $0.key < last && $0.value.word?.ended != true }.keys.map { (name, $0) }
        }.sorted { $0 < $1 }
    }

    /// Where the job at `index` stands.
    public func standing(of index: Int) -> Standing { jobs[index]?.standing ?? standing }

    /// How often each scheduler program was started, summed over all facts.
    public var callCounts: [String: Int64] {
        var counts: [String: Int64] = [:]
        for member in calls.values.joined() { counts[member.key, default: 0] += member.value.int ?? 0 }
        return counts
    }
}
