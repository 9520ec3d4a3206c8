/// Why a job, or a run, does not run or did not succeed.
public struct Explanation: Equatable, Sendable {
    /// The run, and the job where it is about one.
    public var run: String, job: String?
    /// Where it stands, in words.
    public var standing: String
    /// Why it does not run.
    public var hindrances: [Hindrance]
    /// Programs that are not what they were when the run was submitted; of a job those that it ran.
    public var code: [CodeChanges.Told] = []
    /// How it failed: for a run the failures with the same signature together, the most frequent first.
    public var failures: [ExplainedFailure]

    /// Gathers the parts.
    public init(
        run: String, job: String? = nil, standing: String, hindrances: [Hindrance], failures: [ExplainedFailure]
    ) {
        (self.run, self.job, self.standing) = (run, job, standing)
        (self.hindrances, self.failures) = (hindrances, failures)
    }

    /// `{"schema":1,"run","job","standing","hindrances","code","failures"}`.
    public var json: JSON {
        .object([
            "schema": 1, "run": .string(run), "job": .known(job), "standing": .string(standing),
            "hindrances": .array(hindrances.map(\.json)), "code": .array(code.map(\.json)),
            "failures": .array(failures.map(\.json)),
        ])
    }
}

/// Something that keeps jobs from running.
public struct Hindrance: Equatable, Sendable {
    /// What waits: `3 elements wait in the partition main`.
    public var what: String
    /// The scheduler's own word for the reason; nil where it is muster's.
    public var reason: String?
    /// The reason.
    public var words: String
    /// When the scheduler expects to start it.
    public var expected: Timestamp?
    /// What may be done about it.
    public var advice: [Advice]

    /// Describes it.
    public init(what: String, reason: String? = nil, words: String, expected: Timestamp? = nil, advice: [Advice] = []) {
        (self.what, self.reason, self.words) = (what, reason, words)
        (self.expected, self.advice) = (expected, advice)
    }

    /// `{"what","reason","words","expected","advice"}`.
    public var json: JSON {
        .object([
            "what": .string(what), "reason": .known(reason), "words": .string(words),
            "expected": .known(expected?.description), "advice": .array(advice.map(\.json)),
        ])
    }
}

/// Failures of one kind with all that is known about why.
public struct ExplainedFailure: Equatable, Sendable {
    /// The failures.
    public var group: FailureGroup
    /// Of the group's example, the lines of its log that tell most.
    public var lines: [String]
    /// Which memory and time the example had, where that is known.
    public var asked: Resources?
    /// What all of them have and no job that succeeded.
    public var distinctions: [Distinction]
    /// What succeeded last and can be compared; nil where nothing did.
    public var reference: Reference?
    /// What is different since.
    public var changes: [PlanChange]
    /// Why there is no further attempt, or that one is owed.
    public var outlook: String?
    /// What may be done.
    public var advice: [Advice]

    /// Gathers the parts.
    public init(
        group: FailureGroup, lines: [String], asked: Resources? = nil, distinctions: [Distinction] = [],
        reference: Reference? = nil, changes: [PlanChange] = [], outlook: String? = nil, advice: [Advice] = []
    ) {
        (self.group, self.lines, self.asked) = (group, lines, asked)
        (self.distinctions, self.reference, self.changes) = (distinctions, reference, changes)
        (self.outlook, self.advice) = (outlook, advice)
    }

    /// A job that succeeded.
    public struct Reference: Equatable, Sendable {
        /// Its run and its id.
        public var run: String, job: String
        /// It is the same scene at the same point; else another point of the scene.
        public var isSame: Bool

        /// Names it.
        public init(run: String, job: String, isSame: Bool) {
            (self.run, self.job, self.isSame) = (run, job, isSame)
        }

        var json: JSON {
            .object(["run": .string(run), "job": .string(job), "same_job": .bool(isSame)])
        }
    }

    /// What is known of memory and time beside what was asked for: `memory 3.9 GiB of 4 GiB`; nil where it adds nothing.
    public var limits: [String] {
        let ending = group.example.ending
        var words: [String] = []
        let limit = ending.memoryLimit.map { ByteCount($0) } ?? asked?.memory
        if let peak = ending.peakRSS {
            words.append("memory at most \(ByteCount(peak))" + (limit.map { " of \($0.short)" } ?? ""))
        }
        if ending.oomKills > 0 { words.append("\(ending.oomKills) killed by the kernel for want of memory") }
        if let peak = ending.peakGPU { words.append("GPU memory at most \(ByteCount(peak))") }
        if ending.duration > 0 {
            let spent = WallTime(seconds: ending.duration / 1_000_000)
            words.append("time \(spent)" + ((asked?.time).map { " of \($0)" } ?? ""))
        }
        return words
    }

    /// The group with its example and what explains it.
    public var json: JSON {
        let (example, ending) = (group.example, group.example.ending)
        let shown: JSON = .object([
            "job": .string(example.job), "attempt": .int(example.attempt), "cause": .known(ending.cause),
            "node": .known(example.node), "lines": .strings(lines), "exit_code": .known(ending.exitCode),
            "signal": .known(ending.signal), "peak_rss_bytes": .known(ending.peakRSS),
            "memory_limit_bytes": .known(ending.memoryLimit ?? asked?.memory?.bytes),
            "duration_s": .double(Double(ending.duration) / 1e6),
        ])
        let rest: JSON = .object([
            "example": shown, "distinctions": .array(distinctions.map(\.json)),
            "worked": reference?.json ?? .null, "changes": .array(changes.map(\.json)),
            "outlook": .known(outlook), "advice": .array(advice.map(\.json)),
        ])
        return .object(group.fields + (rest.members ?? []))
    }
}
