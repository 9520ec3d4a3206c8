import MusterCore
import MusterHistory

/// A figure that jobs have, by which the heat map can be coloured. Another one is another line of `all`.
struct Metric: Sendable {
    /// What addresses and people call it.
    var key: String, title: String
    /// Its value in words.
    var words: @Sendable (Double) -> String
    /// A job's value; nil where it is not known.
    var value: @Sendable (JobRecord) -> Double?

    static let all: [Metric] = [
        Metric(key: "duration", title: "duration", words: Words.time) { job in
            job.attempts.last?.ending.map { Double($0.duration) / 1e6 }
        },
        Metric(key: "memory", title: "peak memory", words: bytes) { job in
            most(job.attempts.map { $0.ending?.peakRSS })
        },
        Metric(key: "gpu_memory", title: "peak GPU memory", words: bytes) { job in
            most(job.attempts.flatMap { [$0.ending?.peakGPU] + $0.stages.map(\.peakGPU) })
        },
        Metric(key: "gpu", title: "GPU utilisation", words: { "\(Words.number($0.rounded())) %" }) { job in
            mean((job.attempts.last?.stages ?? []).map { ($0.usage?.utilization, $0.duration) })
        },
        Metric(key: "cpu", title: "CPU time", words: Words.time) { job in
            sum((job.attempts.last?.stages ?? []).map { $0.usage?.cpu }).map { $0 / 1e6 }
        },
        Metric(key: "read", title: "bytes read", words: bytes) { job in
            sum((job.attempts.last?.stages ?? []).map { $0.usage?.read })
        },
        Metric(key: "written", title: "bytes written", words: bytes) { job in
            sum((job.attempts.last?.stages ?? []).map { $0.usage?.written })
        },
        Metric(key: "attempts", title: "attempts", words: Words.number) { job in
            job.attempts.isEmpty ? nil : Double(job.attempts.count)
        },
    ]

    /// The metric of that key.
    static func named(_ key: String?) -> Metric? { all.first { $0.key == key } }

    private static func bytes(_ value: Double) -> String { "\(ByteCount(Int64(min(value, 9e18))))" }
    private static func most(_ values: [Int64?]) -> Double? { values.compactMap(\.self).max().map(Double.init) }
    private static func sum(_ values: [Int64?]) -> Double? {
        let known = values.compactMap(\.self)
        return known.isEmpty ? nil : known.reduce(0) { $0 + Double($1) }
    }
    /// By the stages' durations.
    private static func mean(_ values: [(Double?, Int64?)]) -> Double? {
        var (total, weight) = (0.0, 0.0)
        for case (let value?, let duration?) in values where duration > 0 {
            total += value * Double(duration)
            weight += Double(duration)
        }
        return weight > 0 ? total / weight : nil
    }
}
