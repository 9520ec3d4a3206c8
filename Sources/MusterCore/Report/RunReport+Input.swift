/// What a report is made from.
extension RunReport {
    /// A job.
    public struct Job: Equatable, Sendable {
        /// Its place in the table, and what people call it.
        public var index: Int, id: String
        /// Where it stands.
        public var standing: Standing
        /// The published result of an earlier run was taken.
        public var isCached: Bool
        /// Its attempts, the earliest first.
        public var attempts: [Attempt]

        /// Describes a job.
        public init(index: Int, id: String, standing: Standing, isCached: Bool, attempts: [Attempt]) {
            (self.index, self.id, self.standing) = (index, id, standing)
            (self.isCached, self.attempts) = (isCached, attempts)
        }

        /// The latest attempt.
        public var last: Attempt? { attempts.last }
        /// The attempt that made its result; nil for a job that did not succeed, or whose result was there.
        public var result: Attempt? {
            standing == .ended(.succeeded) && !isCached ? attempts.last { $0.outcome == .succeeded } : nil
        }
    }

    /// An attempt.
    public struct Attempt: Equatable, Sendable {
        /// Its element, with how often that was restarted before.
        public var element: String, restart: Int
        /// The class of sizes that it was handed out in; nil where that is not known.
        public var size: Int?
        /// Why there is this one behind an earlier one.
        public var why: String?
        /// How it ended; nil while it runs.
        public var outcome: Outcome?
        /// When it began and ended.
        public var started: Timestamp?, ended: Timestamp?
        /// Seconds that it took.
        public var seconds: Double
        /// Highest use of memory, of a GPU's memory, and the limit of memory in force, in bytes.
        public var memory: Double?, gpuMemory: Double?, memoryLimit: Double?
        /// Its stages.
        public var stages: [StageUse]

        /// Describes an attempt.
        public init(
            element: String, restart: Int = 0, size: Int? = 0, why: String? = nil, outcome: Outcome?,
            started: Timestamp? = nil, ended: Timestamp? = nil, seconds: Double, memory: Double? = nil,
            gpuMemory: Double? = nil, memoryLimit: Double? = nil, stages: [StageUse] = []
        ) {
            (self.element, self.restart, self.size, self.why) = (element, restart, size, why)
            (self.outcome, self.started, self.ended, self.seconds) = (outcome, started, ended, seconds)
            (self.memory, self.gpuMemory, self.memoryLimit) = (memory, gpuMemory, memoryLimit)
            self.stages = stages
        }

        /// Cores that it kept busy on the average; nil where CPU time was not measured.
        public var cores: Double? {
            let known = stages.compactMap(\.cpu)
            return known.isEmpty || seconds <= 0 ? nil : known.reduce(0, +) / seconds
        }

        /// Seconds in which a GPU of it computed; nil where that was not measured.
        var busy: Double? {
            let known = stages.compactMap { stage in stage.utilization.map { $0 / 100 * stage.seconds } }
            return known.isEmpty ? nil : known.reduce(0, +)
        }
    }

    /// A stage of an attempt.
    public struct StageUse: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// It succeeded; its products were taken over.
        public var hasSucceeded: Bool, isReused: Bool
        /// Seconds that it took, and of CPU time.
        public var seconds: Double, cpu: Double?
        /// Highest use of memory in bytes.
        public var memory: Double?
        /// Mean per cent of its time in which its GPUs computed.
        public var utilization: Double?

        /// Describes it.
        public init(
            name: String, hasSucceeded: Bool, isReused: Bool = false, seconds: Double, cpu: Double? = nil,
            memory: Double? = nil, utilization: Double? = nil
        ) {
            (self.name, self.hasSucceeded, self.isReused) = (name, hasSucceeded, isReused)
            (self.seconds, self.cpu, self.memory, self.utilization) = (seconds, cpu, memory, utilization)
        }
    }
}
