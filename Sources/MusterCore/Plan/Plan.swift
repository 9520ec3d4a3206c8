/// A sweep expanded: what is to be done, before a run of it exists. The same input gives the same plan, byte for byte.
public struct Plan: Hashable, Sendable {
    /// A stretch of an array's indices: Slurm's own indices run from 0, the agent adds the offset.
    public struct ArrayPart: Hashable, Sendable {
        /// What to add to an index.
        public var offset: Int
        /// How many elements.
        public var count: Int

        /// Makes a part.
        public init(offset: Int, count: Int) {
            self.offset = offset
            self.count = count
        }
    }

    /// Jobs of about one size and the elements that run them.
    public struct Size: Hashable, Sendable {
        /// The most that one of its jobs asks for.
        public var resources: Resources
        /// How many jobs.
        public var jobs: Int
        /// Jobs side by side in one element.
        public var slots: Int
        /// What one element asks for, on each of its nodes.
        public var element: Resources
        /// Arrays to submit.
        public var arrays: [ArrayPart]
        /// Its rows are shared stage runs: the others wait for them.
        public var isShared = false

        /// Elements of all arrays.
        public var elements: Int { arrays.reduce(0) { $0 + $1.count } }
    }

    /// What the plan was made from.
    public var input: PlanInput
    /// The job table: points outermost, scenes within, so that results of one point appear together.
    public var jobs: [JobRow]
    /// Stage runs that several jobs share, behind the jobs in the table.
    public var sharedRuns: [JobRow] = []
    /// Stage runs that are saved because jobs share them.
    public var savedRuns = 0
    /// Slices of the table in claiming order.
    public var blocks: [Block]
    /// The classes of sizes, at least one.
    public var sizes: [Size]
    /// Digest of jobs, stages and resources.
    public var fingerprint: String

    /// The copies of code that a run of it works from.
    public var copies: CodeMap?

    /// The whole table: jobs, and shared stage runs behind them.
    public var rows: [JobRow] { jobs + sharedRuns }
    /// Arrays of all sizes.
    public var arrays: [ArrayPart] { sizes.flatMap(\.arrays) }
    /// Elements of all arrays.
    public var elements: Int { sizes.reduce(0) { $0 + $1.elements } }
    /// What the job at a position of the table asks for.
    public func resources(ofJob index: Int) -> Resources {
        input.sizes.isEmpty ? input.resources : input.sizes[index / max(1, input.scenes.count)]
    }

    /// The plan of a run that was submitted at `stamp`, which stands in the names of folders that ask for it.
    public func stamped(_ stamp: String) -> Plan {
        guard input.layout != .plain else { return self }
        var plan = self
        for index in plan.jobs.indices { plan.jobs[index].output = stamped(plan.jobs[index].output, stamp) }
        return plan
    }

    private func stamped(_ path: String, _ stamp: String) -> String {
        path.split(separator: OutputLayout.stamp, omittingEmptySubsequences: false).joined(separator: stamp)
    }

    /// The content of `plan.json` for the run `run`.
    public func runPlan(run: String) -> RunPlan {
        var plan = RunPlan(
            run: run, sweep: input.sweep, cluster: input.cluster, fingerprint: fingerprint, stages: input.stages,
            classes: sizes.map {
                SizeClass(
                    resources: $0.resources, slots: $0.slots, arrays: $0.arrays.map(\.count), isShared: $0.isShared)
            }, jobCount: jobs.count, outputRoot: input.outputRoot,
            blocksPerAgent: input.packing == .element && !input.capacity.isLocal ? 1 : nil)
        plan.layout = input.rules
        plan.logLimit = input.logLimit ?? plan.logLimit
        plan.checksumLimit = input.checksumLimit
        plan.records = input.records
        plan.rowCount = jobs.count + sharedRuns.count
        plan.retry = input.retry
        plan.halt = input.halt
        plan.canaries = blocks.count { $0.terms.isCanary }
        plan.most = Ceiling(memory: input.capacity.mostMemory, time: input.capacity.timeLimit)
        plan.exclude = input.exclude
        plan.measures = input.measures
        plan.copies = copies
        return plan
    }
}
