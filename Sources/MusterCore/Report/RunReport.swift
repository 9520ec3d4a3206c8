/// What a run did and what it cost: how its jobs ended, how long they took, what they used of what they had asked for,
/// and what to ask for next time.
public struct RunReport: Equatable, Sendable {
    /// The run, its sweep and its cluster.
    public var run: String, sweep: String, cluster: String
    /// When it was made and when it was over.
    public var started: Timestamp?, ended: Timestamp?
    /// How many jobs stand where, the most first.
    public private(set) var standings: [Count] = []
    /// Jobs in all, and those whose published result was there already.
    public private(set) var jobs = 0, cached = 0
    /// Attempts in all, and why there were further ones.
    public private(set) var attempts = 0, retries: [Count] = []
    /// Seconds that succeeded jobs took, without those that took finished stages over where there are others.
    public private(set) var durations: Spread?
    /// The stages in the order in which they begin.
    public private(set) var stages: [Stage] = []
    /// What jobs asked for and used, by sizes.
    public private(set) var sizes: [Size] = []
    /// What became of the GPUs' time; nil where none were asked for.
    public private(set) var gpuTime: GPUTime?
    /// The jobs that took longest, and those that took most memory.
    public private(set) var slowest: [Job] = [], largest: [Job] = []
    /// How often each scheduler program was started.
    public var calls: [Count] = []
    /// Programs that changed while the run went on, and how many jobs ran such.
    public var code: [CodeChanges.Told] = [], jobsOfChangedCode = 0
    /// Jobs that did not succeed, by what their failures have in common.
    public private(set) var failures: [FailureGroup] = []

    /// A word and how often it holds.
    public struct Count: Equatable, Sendable {
        /// The word.
        public var word: String
        /// How often.
        public var count: Int

        /// Makes a count.
        public init(_ word: String, _ count: Int) { (self.word, self.count) = (word, count) }
    }

    /// A stage over all attempts that ran it.
    public struct Stage: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Seconds that it took where it succeeded, and its peaks of memory in bytes.
        public var time: Spread?, memory: Spread?
        /// How often its products were taken over.
        public var reused: Int
    }

    /// The most jobs that are named as the slowest and the largest.
    static let named = 5

    /// Gathers what is known: the jobs, the plan with the classes that retries added, and when elements began.
    ///
    /// - Parameters:
    ///   - others: Rows that are no jobs, but use the same elements: stage runs that jobs share.
    ///   - starts: When agents began, by `ELEMENT RESTART`.
    ///   - now: When attempts that have no end are taken to have lasted to.
    public init(
        run: String, sweep: String, cluster: String, plan: RunPlan?, jobs: [Job], others: [Job] = [],
        failures: [Failure], starts: [String: Timestamp] = [:], now: Timestamp
    ) {
        (self.run, self.sweep, self.cluster) = (run, sweep, cluster)
        self.jobs = jobs.count
        cached = jobs.count { $0.isCached }
        attempts = jobs.reduce(0) { $0 + $1.attempts.count }
        let all = (jobs + others).flatMap(\.attempts)
        standings = Self.counts(jobs.map { $0.isCached ? "cached" : "\($0.standing)" })
        retries = Self.counts(jobs.flatMap { $0.attempts.dropFirst().map { $0.why ?? "handed out again" } })
        durations = Spread(Self.whole(jobs.compactMap(\.result)).map(\.seconds))
        stages = Self.stages(of: all)
        if let plan {
            sizes = Size.all(of: plan, attempts: all)
            gpuTime = GPUTime(all, plan: plan, starts: starts, now: now)
        }
        slowest = Self.top(jobs) { $0.last?.seconds }
        largest = Self.top(jobs) { $0.attempts.compactMap(\.memory).max() }
        self.failures = FailureGroup.groups(failures)
    }

    private static func counts(_ words: [String]) -> [Count] {
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        return counts.map { Count($0.key, $0.value) }.sorted { ($1.count, $0.word) < ($0.count, $1.word) }
    }

    /// Those that ran all of their stages, where there are some.
    static func whole(_ attempts: [Attempt]) -> [Attempt] {
        let whole = attempts.filter { !$0.stages.contains(where: \.isReused) }
        return whole.isEmpty ? attempts : whole
    }

    private static func stages(of attempts: [Attempt]) -> [Stage] {
        var names: [String] = []
        var found: [String: [StageUse]] = [:]
        for stage in attempts.flatMap(\.stages) {
            if found[stage.name] == nil { names.append(stage.name) }
            found[stage.name, default: []].append(stage)
        }
        return names.map { name in
            let uses = found[name] ?? []
            return Stage(
                name: name,
                time: Spread(uses.compactMap { $0.hasSucceeded && !$0.isReused ? $0.seconds : nil }),
                memory: Spread(uses.compactMap(\.memory)), reused: uses.count(where: \.isReused))
        }
    }

    private static func top(_ jobs: [Job], by value: (Job) -> Double?) -> [Job] {
        let known = jobs.filter { !$0.isCached }.compactMap { job in value(job).map { (job, $0) } }
        return known.filter { $0.1 > 0 }.sorted { ($1.1, $0.0.index) < ($0.1, $1.0.index) }.prefix(named).map(\.0)
    }
}
