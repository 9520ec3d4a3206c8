import MusterCore
import YAML

/// `retry`, `canary` and `halt` as they are written; what depends on the rest of the config is checked behind it.
struct RetryDraft {
    private(set) var policy = RetryPolicy.standard
    private(set) var halt: HaltPolicy?
    private(set) var canaries = 0
    /// Where each rule's keys stand: `oom_host.set.batch_size`.
    private(set) var marks: [String: Mark] = [:]
    let reader: Reader

    init(_ root: Keyed) {
        reader = root.reader
        canaries = root.count("canary") ?? 0
        halt = root.mapping("halt").flatMap { Self.halt($0) }
        guard let retry = root.mapping("retry") else { return }
        for cause in RetryPolicy.causes {
            guard let keyed = retry.mapping(cause.rawValue) else { continue }
            policy.rules[cause] = rule(cause, keyed)
        }
        retry.finish()
    }

    private mutating func rule(_ cause: Outcome, _ keyed: Keyed) -> RetryPolicy.Rule {
        defer { keyed.finish() }
        let knows = { (key: String) in keyed.section[key] != nil }
        var rule = RetryPolicy.Rule(attempts: keyed.count("attempts") ?? RetryPolicy.usualAttempts(cause))
        for key in keyed.section.keys.map(\.name) {
            if let mark = keyed.node(key)?.mark { marks["\(cause.rawValue).\(key)"] = mark }
        }
        if knows("memory") {
            rule.memory = Self.more(keyed, "memory", "a factor above 1 such as x1.5, or a size such as 16G") {
                ByteCount(parsing: $0)?.bytes
            }
            rule.memoryLimit = keyed.value("limit", expected: "a size such as 64G") { ByteCount(parsing: $0) }
            needs("limit", "memory", keyed)
        }
        if knows("time") {
            rule.time = Self.more(keyed, "time", "a factor above 1 such as x2, or a time such as 4h") {
                WallTime(parsing: $0)?.seconds
            }
            rule.timeLimit = keyed.value("limit", expected: "a time such as 24h") { WallTime(parsing: $0) }
            needs("limit", "time", keyed)
        }
        if knows("set") { rule.set = settings(cause, keyed) }
        if knows("resume") { rule.resumes = keyed.flag("resume") ?? false }
        if knows("alone") { rule.runsAlone = keyed.flag("alone") ?? false }
        if knows("exclude_node") { rule.excludesNode = keyed.flag("exclude_node") ?? false }
        if knows("exit_codes") { rule.exitCodes = Self.exitCodes(keyed) }
        changesSomething(cause, rule, keyed)
        return rule
    }

    /// A want of memory or time comes again where nothing changes.
    private func changesSomething(_ cause: Outcome, _ rule: RetryPolicy.Rule, _ keyed: Keyed) {
        let isRaised =
            keyed.section["memory"] != nil && keyed.has("memory") || keyed.section["time"] != nil && keyed.has("time")
        guard [.oomHost, .oomGPU, .timeout].contains(cause), rule.attempts > 1, !isRaised, !keyed.has("set"),
            !rule.runsAlone, !rule.resumes
        else { return }
        let hint =
            switch cause {
            case .oomHost: "add: memory: x1.5, or set: {batch_size: /2}, or alone: true"
            case .oomGPU: "add: set: {batch_size: /2}"
            default: "add: time: x2, or resume: true where the program goes on where it was"
            }
        reader.report(
            at: keyed.mark,
            "'\(keyed.path)' changes nothing: the same request would end as \(cause.rawValue) again", hint: hint)
    }

    private func needs(_ key: String, _ other: String, _ keyed: Keyed) {
        guard let mark = keyed.node(key)?.mark, keyed.node(other) == nil else { return }
        reader.report(
            at: mark, "'\(keyed.name(key))' limits '\(other)', which is not there",
            hint: "add: \(other): \(other == "memory" ? "x1.5" : "x2")")
    }

    private static func more(
        _ keyed: Keyed, _ key: String, _ expected: String, _ amount: (String) -> Int64?
    ) -> Adjustment? {
        keyed.value(key, expected: expected) { text in
            if let change = Adjustment(factor: text) {
                guard case .times(let factor) = change, factor > 1 else { return nil }
                return change
            }
            return amount(text).flatMap { $0 > 0 ? .to(.int($0)) : nil }
        }
    }

    private mutating func settings(_ cause: Outcome, _ keyed: Keyed) -> [RetryPolicy.Setting] {
        keyed.table("set").map { pair in
            marks["\(cause.rawValue).set.\(pair.key)"] = pair.mark
            let value = Scalar.value(pair.value)
            return RetryPolicy.Setting(pair.key, value.string.flatMap { Adjustment(factor: $0) } ?? .to(value))
        }
    }

    private static func exitCodes(_ keyed: Keyed) -> [Int] {
        guard let node = keyed.node("exit_codes"), let texts = keyed.texts("exit_codes") else { return [] }
        return texts.compactMap { text in
            if let code = Int(text), (1...255).contains(code) { return code }
            keyed.reader.report(
                at: node.mark, "'\(keyed.name("exit_codes"))' can't hold '\(text)'",
                hint: "expected numbers from 1 to 255")
            return nil
        }
    }

    private static func halt(_ keyed: Keyed) -> HaltPolicy? {
        defer { keyed.finish() }
        let failed = keyed.value("failed", expected: "a share such as 20% or 0.2", NotifyReader.share)
        let same = keyed.count("same_signature")
        if !keyed.has("failed"), !keyed.has("same_signature") {
            keyed.reader.report(
                at: keyed.mark, "'halt' says neither 'failed' nor 'same_signature'",
                hint: "add: failed: 20%, or same_signature: 10")
        }
        return HaltPolicy(failed: failed, least: keyed.count("least") ?? HaltPolicy.usualLeast, sameSignature: same)
    }
}
