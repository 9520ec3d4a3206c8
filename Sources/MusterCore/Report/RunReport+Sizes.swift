extension RunReport {
    /// What jobs of one size asked for, what they used of it, and what to ask for next time.
    public struct Size: Equatable, Sendable {
        /// Its number among the plan's.
        public var number: Int
        /// They are stage runs that jobs share.
        public var isShared: Bool
        /// What each asked for.
        public var asked: Resources
        /// Attempts that ended, and of these the ones that had too little memory and time.
        public var attempts: Int, starved: Int, late: Int
        /// Peaks of memory and of a GPU's memory in bytes, seconds, mean cores.
        public var memory: Spread?, gpuMemory: Spread?, time: Spread?, cores: Spread?
        /// Per cent of its jobs' time in which their GPUs computed; nil where that was not measured.
        public var utilization: Double?
        /// What would do, with head room; parts of which nothing is known are as they were asked for.
        public var advised: Resources

        /// How many times as much as the most that was used is advised: memory, time, a GPU's memory, cores.
        public static let headRoom = (memory: 1.2, time: 1.25, gpuMemory: 1.1, cores: 1.1)

        /// Per cent of the asked memory and time that the largest used, and of the asked cores that all used.
        public var memoryShare: Double? { share(memory?.most, asked.memory.map { Double($0.bytes) }) }
        /// The same of time.
        public var timeShare: Double? { share(time?.most, asked.time.map { Double($0.seconds) }) }
        /// The same of cores, on the average.
        public var coreShare: Double? { share(cores.map { $0.sum / Double($0.count) }, Double(asked.cpus)) }

        private func share(_ used: Double?, _ asked: Double?) -> Double? {
            guard let used, let asked, asked > 0 else { return nil }
            return used / asked * 100
        }

        /// The lines of a config that ask for what is advised; empty where nothing is known.
        public var lines: [String] {
            var lines: [String] = []
            if memory != nil, let memory = advised.memory { lines.append("  memory: \(Amounts.text(memory))") }
            if time != nil, let time = advised.time { lines.append("  time: \(Amounts.text(time))") }
            if cores != nil { lines.append("  cpus: \(advised.cpus)") }
            if gpuMemory != nil, let memory = advised.gpuMemory {
                lines.append("  gpu_memory: \(Amounts.text(memory))")
            }
            return lines.isEmpty ? [] : ["resources:"] + lines
        }

        /// How many jobs could share a GPU by what they computed and used of its memory; nil where one needs it.
        public var sharing: Int? {
            guard asked.gpus == 1, asked.sharing == 1, gpuMemory != nil, let utilization, utilization < 45 else {
                return nil
            }
            return utilization < 20 ? 4 : 2
        }

        /// The sizes of the plan with attempts, what retries added counted with what it came from.
        static func all(of plan: RunPlan, attempts: [Attempt]) -> [Size] {
            let planned = plan.classes.indices.filter { plan.classes[$0].base == nil }
            let ended = attempts.filter { $0.outcome != nil && $0.outcome != .cancelled }
            let bySize = Dictionary(grouping: ended) { attempt -> Int? in
                guard let size = attempt.size ?? (planned.count == 1 ? 0 : nil), size < plan.classes.count else {
                    return nil
                }
                return plan.classes[size].base ?? size
            }
            return planned.compactMap { number in
                bySize[number].map { Size(number, plan.classes[number], $0) }
            }
        }

        private init(_ number: Int, _ sort: SizeClass, _ attempts: [Attempt]) {
            (self.number, isShared, asked) = (number, sort.isShared, sort.resources)
            self.attempts = attempts.count
            let starvation = attempts.filter { $0.outcome == .oomHost }
            (starved, late) = (starvation.count, attempts.count { $0.outcome == .timeout })
            memory = Spread(attempts.compactMap(\.memory))
            gpuMemory = Spread(attempts.compactMap(\.gpuMemory))
            let succeeded = attempts.filter { $0.outcome == .succeeded }
            time = Spread(RunReport.whole(succeeded).map(\.seconds))
            cores = Spread(RunReport.whole(succeeded).compactMap(\.cores))
            let measured = attempts.filter { $0.busy != nil }
            let seconds = measured.reduce(0) { $0 + $1.seconds }
            if seconds > 0 { utilization = measured.reduce(0) { $0 + ($1.busy ?? 0) } / seconds * 100 }
            advised = sort.resources
            if let memory {
                // Who was killed for want of memory would have taken more than it shows.
                let limits = starvation.map { $0.memoryLimit ?? $0.memory ?? 0 }
                let need = max(memory.most * Self.headRoom.memory, (limits.max() ?? 0) * Advice.raise)
                advised.memory = Amounts.memory(atLeast: need)
            }
            if let time {
                let short = late > 0 ? Double(asked.time?.seconds ?? 0) * Advice.raise : 0
                advised.time = Amounts.time(atLeast: max(time.most * Self.headRoom.time, short))
            }
            if let gpuMemory {
                advised.gpuMemory = Amounts.memory(atLeast: gpuMemory.most * Self.headRoom.gpuMemory)
            }
            // A mean hides what was used for a short while, so more than was asked for is never concluded from it.
            if let cores {
                advised.cpus = max(1, min(asked.cpus, Int((cores.most * Self.headRoom.cores).rounded(.up))))
            }
        }
    }

    /// What became of the time of GPUs, in hours of one GPU.
    public struct GPUTime: Equatable, Sendable {
        /// From each element's beginning to the end of its last job.
        public var held: Double
        /// While a job had them.
        public var inJobs: Double
        /// While they computed; nil where no GPU could be measured.
        public var busy: Double?
        /// Held, but not computing; where that is not measured, held by no job.
        public var idle: Double { max(0, held - (busy ?? inJobs)) }

        /// Nil where nothing asked for a GPU.
        init?(_ attempts: [Attempt], plan: RunPlan, starts: [String: Timestamp], now: Timestamp) {
            var elements: [String: (start: Int64, end: Int64, gpus: Int)] = [:]
            (held, inJobs, busy) = (0, 0, nil)
            for attempt in attempts {
                let number = attempt.size ?? 0
                let sort = plan.classes.indices.contains(number) ? plan.classes[number] : plan.classes[0]
                let (gpus, sharing) = (sort.resources.gpus, sort.resources.sharing)
                guard gpus > 0, let started = attempt.started?.microseconds else { continue }
                let share = Double(gpus) / Double(sharing)
                inJobs += attempt.seconds * share / 3600
                if let spent = attempt.busy { busy = (busy ?? 0) + spent * share / 3600 }
                let name = "\(attempt.element) \(attempt.restart)"
                let begun = min(started, starts[name]?.microseconds ?? started)
                let whole = (sort.slots + sharing - 1) / sharing * gpus
                let old = elements[name] ?? (begun, begun, 0)
                elements[name] = (
                    min(old.start, begun), max(old.end, (attempt.ended ?? now).microseconds), max(old.gpus, whole)
                )
            }
            guard !elements.isEmpty else { return nil }
            for element in elements.values {
                held += Double(element.end - element.start) / 3.6e9 * Double(element.gpus)
            }
        }
    }
}
