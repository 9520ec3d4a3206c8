import MusterCore
import MusterHistory

/// What a run looks like at a moment, for people who watch it; made anew when the history has changed.
struct WatchModel: Sendable {
    /// A node where something runs, or ran.
    struct Node: Sendable {
        var name: String
        /// Positions in `jobs` of what runs there, by slots.
        var running: [Int] = []
        /// Jobs that ended there.
        var ended = 0
        /// The GPUs that its stages have, each once.
        var gpus: [GPUUse] = []
        /// Memory of its stages now, in bytes.
        var memory: Int64?
        var part: Forecast.Part?
        var isSick = false

        fileprivate mutating func take(_ place: Int, _ samples: [LiveSample]) {
            running.append(place)
            for sample in samples {
                if let resident = sample.reading.rss { memory = (memory ?? 0) + resident }
                for gpu in sample.reading.gpus where !gpus.contains(where: { $0.id == gpu.id }) { gpus.append(gpu) }
            }
        }
    }

    let summary: RunSummary
    let stages: [String]
    let jobs: [JobRecord]
    let held: Set<Int>
    let halt: String?
    let forecast: Forecast
    /// The latest readings by the jobs' places in the table.
    let samples: [Int: [LiveSample]]
    let nodes: [Node]
    let failures: [FailureGroup]
    /// How many jobs stand where, in the order in which people look for them.
    let counts: [(standing: Standing, count: Int)]

    init(
        summary: RunSummary, stages: [String], jobs: [JobRecord], samples: [LiveSample], forecast: Forecast,
        held: Set<Int> = [], halt: String? = nil, sick: Set<String> = []
    ) {
        (self.summary, self.stages, self.jobs, self.forecast) = (summary, stages, jobs, forecast)
        (self.held, self.halt) = (held, halt)
        self.samples = Dictionary(grouping: samples, by: \.key.job)
        failures = FailureGroup.groups(jobs.compactMap(\.failure))
        var counts: [Standing: Int] = [:]
        for job in jobs { counts[job.standing, default: 0] += 1 }
        self.counts = counts.sorted { (Self.rank($0.key), "\($0.key)") < (Self.rank($1.key), "\($1.key)") }
            .map { ($0.key, $0.value) }
        nodes = Self.nodes(jobs, self.samples, forecast, sick)
    }

    /// What runs comes first, then what went wrong, what waits, and what is done.
    static func rank(_ standing: Standing) -> Int {
        switch standing {
        case .running: 0
        case .ended(.succeeded): 5
        case .ended(.cancelled): 4
        case .ended: 1
        case .queued, .submitted: 2
        case .planned: 3
        }
    }

    private static func nodes(
        _ jobs: [JobRecord], _ samples: [Int: [LiveSample]], _ forecast: Forecast, _ sick: Set<String>
    ) -> [Node] {
        var nodes: [String: Node] = [:]
        for (place, job) in jobs.enumerated() {
            guard let name = job.attempts.last?.node else { continue }
            guard job.standing == .running else {
                nodes[name, default: Node(name: name)].ended += 1
                continue
            }
            nodes[name, default: Node(name: name)].take(place, samples[job.index] ?? [])
        }
        for name in sick where nodes[name] == nil { nodes[name] = Node(name: name) }
        return nodes.values.map { node in
            var node = node
            node.part = forecast.nodes[node.name]
            node.isSick = sick.contains(node.name)
            node.running.sort { (jobs[$0].attempts.last?.slot ?? 0, $0) < (jobs[$1].attempts.last?.slot ?? 0, $1) }
            return node
        }.sorted { ($0.running.isEmpty ? 1 : 0, $0.name) < ($1.running.isEmpty ? 1 : 0, $1.name) }
    }
}
