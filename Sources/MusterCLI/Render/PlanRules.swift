import MusterCore

extension PlanInput {
    /// What a plan's run does about failures, a line each: what the config says, else nothing.
    func rulesText(jobs plan: Plan) -> [String] {
        var lines: [String] = []
        if retry != .standard {
            for cause in RetryPolicy.causes {
                guard let rule = retry.rules[cause] else { continue }
                lines.append("retry behind \(cause.rawValue): \(rule.text(cause))")
            }
        }
        let canaries = plan.blocks.filter(\.terms.isCanary).flatMap(\.jobs)
        if !canaries.isEmpty {
            let ids = canaries.prefix(5).map { plan.jobs[$0].id }.joined(separator: ", ")
            let more = canaries.count > 5 ? " and \(canaries.count - 5) more" : ""
            lines.append("canaries, which must succeed before others begin: \(ids)\(more)")
        }
        if let halt { lines.append("halted when \(halt.text)") }
        return lines
    }
}
