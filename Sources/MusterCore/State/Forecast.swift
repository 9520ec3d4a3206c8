/// How far a run is and how long it will take still, from what ended stages took and what running ones say of themselves.
public struct Forecast: Equatable, Sendable {
    /// How much is done, from 0 to 1, and the seconds that the rest will take; nil where nothing tells.
    public struct Part: Equatable, Sendable {
        /// Done, from 0 to 1.
        public var fraction: Double
        /// Seconds to the end.
        public var remaining: Double?

        /// Makes a part.
        public init(fraction: Double, remaining: Double?) {
            self.fraction = fraction
            self.remaining = remaining
        }
    }

    /// What is known of a job.
    public struct Job: Sendable {
        /// Its place in the table.
        public var index: Int
        /// The node of its latest attempt.
        public var node: String?
        /// It has come to an end.
        public var hasEnded: Bool
        /// What it took in seconds, when it succeeded and was not cached.
        public var duration: Double?
        /// Stages that have ended, with the seconds that they took; nil for those that were taken over.
        public var done: [String: Double?]
        /// Stages that run: seconds since their start, and what of them is done where they tell.
        public var running: [String: (elapsed: Double, fraction: Double?)]

        /// Gathers what is known.
        public init(
            index: Int, node: String? = nil, hasEnded: Bool = false, duration: Double? = nil,
            done: [String: Double?] = [:], running: [String: (elapsed: Double, fraction: Double?)] = [:]
        ) {
            (self.index, self.node, self.hasEnded, self.duration) = (index, node, hasEnded, duration)
            (self.done, self.running) = (done, running)
        }
    }

    /// The running stages of jobs, by job and name.
    public private(set) var stages: [Int: [String: Part]] = [:]
    /// The running jobs.
    public private(set) var jobs: [Int: Part] = [:]
    /// Nodes with running jobs: all that runs there now.
    public private(set) var nodes: [String: Part] = [:]
    /// The whole run.
    public private(set) var sweep: Part

    /// Less than this part done tells nothing about the rest.
    private static let least = 0.01

    /// Looks ahead. `stages`: the names of the pipeline's stages in order.
    public init(stages names: [String], jobs input: [Job]) {
        sweep = Part(fraction: 0, remaining: nil)
        var sums: [String: (seconds: Double, count: Double)] = [:]
        for job in input {
            for (name, seconds) in job.done {
                guard let seconds else { continue }
                sums[name] = ((sums[name]?.seconds ?? 0) + seconds, (sums[name]?.count ?? 0) + 1)
            }
        }
        let usual = sums.mapValues { $0.seconds / $0.count }
        var done = 0.0
        for job in input {
            if job.hasEnded {
                done += 1
            } else if !job.running.isEmpty {
                let part = add(job, names, usual)
                done += part.fraction
            }
        }
        sweep.fraction = input.isEmpty ? 1 : done / Double(input.count)
        sweep.remaining = rest(of: input)
        for (node, members) in Dictionary(
            grouping: input.filter { jobs[$0.index] != nil && $0.node != nil }, by: \.node)
        {
            let parts = members.compactMap { jobs[$0.index] }
            let rests = parts.map(\.remaining)
            nodes[node ?? ""] = Part(
                fraction: parts.reduce(0) { $0 + $1.fraction } / Double(parts.count),
                remaining: rests.contains { $0 == nil } ? nil : rests.compactMap { $0 }.max())
        }
    }

    private mutating func add(_ job: Job, _ names: [String], _ usual: [String: Double]) -> Part {
        // Where some stage's length is unknown, all count the same.
        var lengths: [String: Double] = [:]
        for name in names { lengths[name] = (job.done[name] ?? nil) ?? usual[name] }
        var parts: [String: Part] = [:]
        for (name, state) in job.running {
            let fraction = state.fraction.map { min(1, max(0, $0)) }
            var part = Part(fraction: fraction ?? 0, remaining: nil)
            if let fraction, fraction >= Self.least {
                part.remaining = state.elapsed * (1 - fraction) / fraction
                lengths[name] = state.elapsed / fraction
            } else if let length = usual[name] {
                part.remaining = max(0, length - state.elapsed)
                if fraction == nil, length > 0 { part.fraction = min(0.99, state.elapsed / length) }
            }
            parts[name] = part
        }
        stages[job.index] = parts
        let isKnown = names.allSatisfy { lengths[$0] != nil }
        func weight(_ name: String) -> Double { isKnown ? max(lengths[name] ?? 0, 1e-9) : 1 }
        let total = names.reduce(0) { $0 + weight($1) }
        let past = names.reduce(0) { sum, name in
            sum + (job.done[name] != nil ? weight(name) : weight(name) * (parts[name]?.fraction ?? 0))
        }
        let waiting = names.filter { job.done[$0] == nil && parts[$0] == nil }
        let rests = parts.values.map(\.remaining)
        var remaining: Double?
        if rests.allSatisfy({ $0 != nil }), waiting.allSatisfy({ lengths[$0] != nil }) {
            remaining = (rests.compactMap { $0 }.max() ?? 0) + waiting.reduce(0) { $0 + (lengths[$1] ?? 0) }
        }
        let part = Part(fraction: total > 0 ? min(1, past / total) : 0, remaining: remaining)
        jobs[job.index] = part
        return part
    }

    /// Seconds to the end of all jobs, as many at once as run now.
    private func rest(of input: [Job]) -> Double? {
        let open = input.filter { !$0.hasEnded }
        guard !open.isEmpty else { return 0 }
        let running = open.filter { jobs[$0.index] != nil }
        let rests = running.map { jobs[$0.index]?.remaining }
        guard !running.isEmpty, rests.allSatisfy({ $0 != nil }) else { return nil }
        let own = rests.compactMap { $0 }
        let ended = input.compactMap(\.duration)
        let waiting = Double(open.count - running.count)
        var usual: Double?
        if !ended.isEmpty {
            usual = ended.reduce(0, +) / Double(ended.count)
        } else {
            let whole = running.compactMap { job -> Double? in
                guard let part = jobs[job.index], let rest = part.remaining, part.fraction > Self.least,
                    part.fraction < 1
                else { return nil }
                return rest / (1 - part.fraction)
            }
            if !whole.isEmpty { usual = whole.reduce(0, +) / Double(whole.count) }
        }
        guard waiting == 0 || usual != nil else { return nil }
        let work = own.reduce(0, +) + waiting * (usual ?? 0)
        return max(own.max() ?? 0, work / Double(running.count))
    }
}
