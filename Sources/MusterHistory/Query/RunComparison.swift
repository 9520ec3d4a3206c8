public import MusterCore

/// Two runs beside each other: what was asked otherwise, and what became otherwise of the same scene at the same point.
public struct RunComparison: Equatable, Sendable {
    /// A job that both runs have.
    public struct Pair: Equatable, Sendable {
        /// Its scene and parameters, as its id in the first run.
        public var id: String
        /// How it stands in each.
        public var standings: [Standing]
        /// Seconds that the deciding attempt took, and the most memory it had in bytes.
        public var seconds: [Double?], peaks: [Int64?]
        /// The attempts it took.
        public var attempts: [Int]
    }

    /// The runs' ids.
    public var runs: [String]
    /// Where the plans differ: stages with their parameters and commands, sizes.
    public var changes: [JSONDifference]
    /// Ids of jobs that one of the two alone has.
    public var onlyFirst: [String], onlySecond: [String]
    /// The jobs of both, in the order of the first.
    public var pairs: [Pair]

    /// Compares what the history knows of two runs. A job is the same where scene and parameters are, whatever its id.
    public init(_ first: (RunSummary, [JobRecord]), _ second: (RunSummary, [JobRecord])) {
        struct Place: Hashable { var scene: String, values: [JSON.Member] }
        func place(_ job: JobRecord) -> Place {
            Place(scene: job.scene.name, values: job.point.values.sorted { $0.key < $1.key })
        }
        let there = Dictionary(second.1.map { (place($0), $0) }) { first, _ in first }
        var (pairs, alone): ([Pair], [String]) = ([], [])
        for job in first.1 {
            guard let other = there[place(job)] else {
                alone.append(job.id)
                continue
            }
            pairs.append(Self.pair(job, other))
        }
        let here = Set(first.1.map(place))
        runs = [first.0.run, second.0.run]
        changes = JSONDifference.between(Self.plan(first.0), Self.plan(second.0))
        (self.pairs, onlyFirst) = (pairs, alone)
        onlySecond = second.1.filter { !here.contains(place($0)) }.map(\.id)
    }

    /// Pairs whose standings differ.
    public var differing: [Pair] { pairs.filter { $0.standings[0] != $0.standings[1] } }

    /// The middle of the second's durations over the first's, of jobs that succeeded in both without being taken over;
    /// nil where there is none.
    public var durationRatio: Double? {
        let ratios = pairs.compactMap { pair -> Double? in
            guard pair.standings.allSatisfy({ $0 == .ended(.succeeded) }), let first = pair.seconds[0],
                let second = pair.seconds[1], first > 0
            else { return nil }
            return second / first
        }.sorted()
        return ratios.isEmpty ? nil : (ratios[(ratios.count - 1) / 2] + ratios[ratios.count / 2]) / 2
    }

    /// Form 1 of `--json`.
    public var json: JSON {
        .object([
            "schema": 1, "runs": .strings(runs),
            "changes": .array(
                changes.map {
                    .object(["path": .string($0.path), "first": $0.before ?? .null, "second": $0.after ?? .null])
                }), "only_first": .strings(onlyFirst), "only_second": .strings(onlySecond),
            "duration_ratio": durationRatio.map { .double($0) } ?? .null,
            "jobs": .array(
                pairs.map { pair in
                    .object([
                        "id": .string(pair.id), "outcomes": .strings(pair.standings.map(\.description)),
                        "duration_s": .array(pair.seconds.map { $0.map { .double($0) } ?? .null }),
                        "peak_rss_bytes": .array(pair.peaks.map { $0.map { .int($0) } ?? .null }),
                        "attempts": .array(pair.attempts.map { .int($0) }),
                    ])
                }),
        ])
    }

    private static func pair(_ first: JobRecord, _ second: JobRecord) -> Pair {
        let both = [first, second]
        return Pair(
            id: first.id, standings: both.map(\.standing),
            seconds: both.map { $0.attempts.last?.ending.map { Double($0.duration) / 1e6 } },
            peaks: both.map { $0.attempts.last?.ending?.peakRSS }, attempts: both.map(\.attempts.count))
    }

    /// What of a plan people decided on.
    private static func plan(_ run: RunSummary) -> JSON {
        let plan = run.details["plan"]
        return .object([
            "cluster": .string(run.cluster), "stages": plan?["stages"] ?? .array([]),
            "classes": plan?["classes"] ?? .array([]), "layout": plan?["layout"], "log_limit": plan?["log_limit"],
        ])
    }
}

extension History {
    /// Compares two runs; names as for `run(_:)`.
    public func compare(_ first: String, _ second: String) throws -> RunComparison {
        let (left, right) = (try run(first), try run(second))
        return RunComparison((left, try jobs(of: left.run)), (right, try jobs(of: right.run)))
    }
}
