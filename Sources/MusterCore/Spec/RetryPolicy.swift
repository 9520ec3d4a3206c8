/// Which ends of a job's attempts are followed by another one, and what is different then.
public struct RetryPolicy: Hashable, Sendable {
    /// What follows one cause.
    public struct Rule: Hashable, Sendable {
        /// The attempts of a job that may end by the cause; the last of them is not followed by another.
        public var attempts: Int
        /// How memory and time are raised.
        public var memory: Adjustment?, time: Adjustment?
        /// The most that they are raised to.
        public var memoryLimit: ByteCount?, timeLimit: WallTime?
        /// Parameters that change, by their names: a point's, or `STAGE.KEY`.
        public var set: [Setting] = []
        /// The same again, since the program or the stages go on where they were.
        public var resumes = false
        /// Not on the node where it ended.
        public var excludesNode = false
        /// With nothing beside it; its agent goes on with one job at a time.
        public var runsAlone = false
        /// The exit codes that it is about; empty for all.
        public var exitCodes: [Int] = []

        /// A rule that changes nothing.
        public init(attempts: Int) { self.attempts = attempts }
    }

    /// A parameter and how it changes.
    public struct Setting: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What becomes of its value.
        public var change: Adjustment

        /// Makes a setting.
        public init(_ name: String, _ change: Adjustment) {
            self.name = name
            self.change = change
        }
    }

    /// The rules by cause; other causes end a job.
    public var rules: [Outcome: Rule]

    /// Makes a policy.
    public init(rules: [Outcome: Rule]) { self.rules = rules }

    /// The outcomes that may have a rule, in the order of the reference.
    public static let causes: [Outcome] = [
        .oomHost, .oomGPU, .timeout, .preempted, .nodeFailed, .lost, .killed, .partial, .failed,
    ]

    /// The attempts of a rule that does not say how many.
    public static func usualAttempts(_ cause: Outcome) -> Int {
        switch cause {
        case .oomHost, .oomGPU, .timeout, .nodeFailed, .lost: 3
        case .preempted: 10
        default: 2
        }
    }

    /// What holds without a word in the config: a job may lose three attempts to dead agents and nodes.
    public static let standard = RetryPolicy(rules: [.lost: Rule(attempts: 3), .nodeFailed: Rule(attempts: 3)])

    /// The causes that are counted together: from outside, a dead agent is often not told from a dead node.
    static func family(of cause: Outcome) -> [Outcome] {
        [.lost, .nodeFailed].contains(cause) ? [.lost, .nodeFailed] : [cause]
    }

    /// Whether agents must go on with one job at a time behind a job that ran out of memory.
    public var slowsDownBehindOOM: Bool { rules[.oomHost]?.runsAlone ?? false }
}

extension RetryPolicy {
    /// An object with the outcomes' words as keys.
    public var json: JSON {
        .object(Self.causes.compactMap { cause in rules[cause].map { JSON.Member(cause.rawValue, $0.json) } })
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        rules = [:]
        for member in json.members ?? [] {
            guard let cause = Outcome(rawValue: member.key) else { continue }
            rules[cause] = Rule(json: member.value)
        }
    }
}

extension RetryPolicy.Rule {
    var json: JSON {
        .object([
            "attempts": .int(attempts), "memory": memory?.json, "time": time?.json,
            "memory_limit_bytes": memoryLimit.map { .int($0.bytes) },
            "time_limit_s": timeLimit.map { .int($0.seconds) },
            "set": set.isEmpty ? nil : .object(set.map { JSON.Member($0.name, $0.change.json) }),
            "resume": resumes ? true : nil, "exclude_node": excludesNode ? true : nil,
            "alone": runsAlone ? true : nil,
            "exit_codes": exitCodes.isEmpty ? nil : .array(exitCodes.map { .int($0) }),
        ])
    }

    init(json: JSON) {
        self.init(attempts: Int(clamping: json["attempts"]?.int ?? 1))
        memory = json["memory"].flatMap(Adjustment.init(json:))
        time = json["time"].flatMap(Adjustment.init(json:))
        memoryLimit = (json["memory_limit_bytes"]?.int).map { ByteCount($0) }
        timeLimit = (json["time_limit_s"]?.int).map { WallTime(seconds: $0) }
        set = (json["set"]?.members ?? []).compactMap { member in
            Adjustment(json: member.value).map { RetryPolicy.Setting(member.key, $0) }
        }
        resumes = json["resume"]?.bool ?? false
        excludesNode = json["exclude_node"]?.bool ?? false
        runsAlone = json["alone"]?.bool ?? false
        exitCodes = (json["exit_codes"]?.array ?? []).compactMap { $0.int.map { Int(clamping: $0) } }
    }

    /// For people: `memory x1.5 up to 64 GiB, alone; 3 attempts`.
    public func text(_ cause: Outcome) -> String {
        var parts: [String] = []
        if let memory {
            parts.append(
                Self.words("memory", memory) { ByteCount($0).short }
                    + (memoryLimit.map { " up to \($0.short)" } ?? ""))
        }
        if let time {
            parts.append(
                Self.words("time", time) { "\(WallTime(seconds: $0))" }
                    + (timeLimit.map { " up to \($0)" } ?? ""))
        }
        parts += set.map { Self.words($0.name, $0.change) }
        if resumes { parts.append("resumed") }
        if excludesNode { parts.append("on other nodes") }
        if runsAlone { parts.append("alone") }
        if !exitCodes.isEmpty { parts.append("of exit code \(exitCodes.map(String.init).joined(separator: ", "))") }
        return (parts.isEmpty ? "" : parts.joined(separator: ", ") + "; ")
            + "\(attempts) attempt\(attempts == 1 ? "" : "s")"
    }

    private static func words(_ name: String, _ change: Adjustment, _ amount: ((Int64) -> String)? = nil) -> String {
        guard case .to(let value) = change else { return "\(name) \(change.text)" }
        return "\(name) \(value.int.flatMap { number in amount.map { $0(number) } } ?? change.text)"
    }
}

extension ByteCount {
    /// The description without zeros behind the point: `4 GiB`, `1.5 GiB`.
    public var short: String {
        let words = description.split(separator: " ")
        guard words.count == 2, words[0].contains(".") else { return description }
        var number = words[0]
        while number.last == "0" { number.removeLast() }
        if number.last == "." { number.removeLast() }
        return "\(number) \(words[1])"
    }
}
