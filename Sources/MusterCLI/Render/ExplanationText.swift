import MusterCore

/// An explanation for a terminal.
enum ExplanationText {
    /// Lines, none of them with a newline.
    static func lines(_ explanation: Explanation) -> [String] {
        let subject = explanation.job.map { "\($0) of \(explanation.run)" } ?? explanation.run
        var lines = ["\(subject): \(explanation.standing)"]
        if !explanation.hindrances.isEmpty {
            lines += ["", "what waits, and for what:"]
            for hindrance in explanation.hindrances { lines += Self.lines(hindrance) }
        }
        if !explanation.code.isEmpty {
            lines += ["", "code that changed while the run went on:"] + explanation.code.map { "- \($0.words)" }
        }
        let failures = explanation.failures
        let count = failures.reduce(0) { $0 + $1.group.failures.count }
        if count > 0 {
            let what = explanation.job == nil ? "job" : "attempt"
            let ways = failures.count == 1 ? "in one way" : "in \(failures.count) ways"
            lines += ["", "\(count) \(what)\(count == 1 ? "" : "s") failed \(ways):"]
        }
        for (number, failure) in failures.enumerated() {
            lines += [""] + Self.lines(failure, number: number + 1, ofJob: explanation.job != nil)
        }
        if explanation.hindrances.isEmpty, count == 0 { lines.append("nothing failed, and nothing waits") }
        return lines
    }

    private static func lines(_ hindrance: Hindrance) -> [String] {
        let reason = hindrance.reason.map { " (\($0))" } ?? ""
        let expected = hindrance.expected.map { "; expected to start at \($0)" } ?? ""
        return ["- \(hindrance.what)\(reason): \(hindrance.words)\(expected)"]
            + hindrance.advice.flatMap { lines($0, indent: "    ") }
    }

    private static func lines(_ failure: ExplainedFailure, number: Int, ofJob: Bool) -> [String] {
        let (group, example) = (failure.group, failure.group.example)
        let count = group.failures.count
        let what = ofJob ? "attempt" : "job"
        var lines = ["\(number). \(count) \(what)\(count == 1 ? "" : "s"): \(heading(group.signature))"]
        if ofJob {
            lines.append("   attempts: " + group.failures.map { "\($0.attempt)" }.joined(separator: ", "))
        } else {
            lines.append("   jobs: \(list(group.failures.map(\.job), most: 6))")
        }
        lines.append("   nodes: \(ReportDocument.nodes(group))")
        if let cause = example.ending.cause { lines.append("   cause: \(cause)") }
        if !failure.lines.isEmpty {
            lines.append(count == 1 || ofJob ? "   it wrote:" : "   \(example.job) wrote:")
            lines += failure.lines.map { "     | \($0)" }
        }
        if !failure.limits.isEmpty { lines.append("   it used: \(failure.limits.joined(separator: ", "))") }
        if !failure.distinctions.isEmpty {
            let words = failure.distinctions.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
            lines.append("   all of them, and no job that succeeded, have: \(words)")
        }
        lines += changes(failure)
        if let outlook = failure.outlook { lines.append("   \(outlook)") }
        if !failure.advice.isEmpty { lines.append("   what to do:") }
        return lines + failure.advice.flatMap { Self.lines($0, indent: "     ") }
    }

    /// The signature without its line, which stands below in full.
    private static func heading(_ signature: FailureSignature) -> String {
        FailureSignature(outcome: signature.outcome, stage: signature.stage, exit: signature.exit, line: "").text
    }

    private static func changes(_ failure: ExplainedFailure) -> [String] {
        guard let reference = failure.reference else {
            return ["   no job of its scene has succeeded in this sweep before"]
        }
        let which = reference.isSame ? "it last succeeded" : "another job of its scene succeeded, \(reference.job)"
        guard !failure.changes.isEmpty else {
            return ["   nothing that muster knows of has changed since \(which) in \(reference.run)"]
        }
        let most = 12
        let rest = failure.changes.count - most
        return ["   what is different since \(which) in \(reference.run):"]
            + failure.changes.prefix(most).map { change in
                "     \(change.what): \(shortened(change.before)) -> \(shortened(change.now))"
            } + (rest > 0 ? ["     ... and \(rest) more"] : [])
    }

    private static func shortened(_ value: String?) -> String {
        guard let value else { return "(nothing)" }
        return value.count > 80 ? value.prefix(77) + "..." : value
    }

    private static func lines(_ advice: Advice, indent: String) -> [String] {
        ["\(indent)- \(advice.words)\(advice.command == nil && advice.lines.isEmpty ? "" : ":")"]
            + (advice.lines + [advice.command].compactMap(\.self)).map { "\(indent)    \($0)" }
    }

    /// `a, b, c and 9 more`.
    static func list(_ names: [String], most: Int) -> String {
        let rest = names.count - most
        return names.prefix(most).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
