/// What a job is handed out with again.
public struct Handout: Hashable, Sendable {
    /// The row.
    public var job: Int
    /// The class of the plan whose script its elements use.
    public var base: Int
    /// What it asks for.
    public var resources: Resources
    /// What holds for its block.
    public var terms: Block.Terms

    /// The same again.
    public init(again job: Int, of block: Block, in plan: RunPlan) {
        self.job = job
        base = plan[block.size].base ?? block.size
        resources = plan[block.size].resources
        terms = block.terms
    }
}

extension Handout {
    /// The word for an attempt that somebody asked for.
    static let asked = "asked"

    /// What somebody asked for instead.
    func asked(for ask: Ask) -> Handout {
        var handout = self
        var made: [String] = []
        if let memory = ask.memory {
            handout.resources.memory = memory
            made.append("memory \(memory.short)")
        }
        if let time = ask.time {
            handout.resources.time = time
            made.append("time \(time)")
        }
        for member in ask.set {
            handout.terms.set.removeAll { $0.key == member.key }
            handout.terms.set.append(member)
            made.append("\(member.key) = \(Placeholders.text(member.value))")
        }
        // Canaries have had their say.
        handout.terms.isCanary = false
        handout.terms.why = Self.asked + (made.isEmpty ? "" : ": \(made.joined(separator: ", "))")
        return handout
    }
}

extension JobRow {
    /// The job with other values of some parameters: a point's, or `STAGE.KEY`. Its key and place stay.
    public func changed(by set: [JSON.Member]) -> JobRow {
        var row = self
        for member in set {
            if let at = row.point.values.firstIndex(where: { $0.key == member.key }) {
                row.point.values[at] = member
            } else {
                row.point.values.append(member)
            }
        }
        return row
    }
}

extension Steward {
    /// The next attempt behind one that ended by a cause with a rule, or why there is none.
    ///
    /// Behind a want of memory or time something must change: the same request would end the same way.
    static func next(
        _ row: Row, behind attempt: AttemptState, _ cause: Outcome, _ rule: RetryPolicy.Rule, _ block: Block,
        _ plan: RunPlan
    ) -> Outlook {
        var handout = Handout(again: row.index, of: block, in: plan)
        var made: [String] = []
        var refused: [String] = []
        if let change = rule.memory {
            let raised = raise(
                "memory", handout.resources.memory?.bytes, change, grain: 1 << 20, limit: rule.memoryLimit?.bytes,
                most: plan.most.memory?.bytes
            ) { ByteCount($0).short }
            if let bytes = raised.value { handout.resources.memory = ByteCount(bytes) }
            raised.value == nil ? refused.append(raised.words) : made.append(raised.words)
        }
        if let change = rule.time {
            let raised = raise(
                "time", handout.resources.time?.seconds, change, grain: 1, limit: rule.timeLimit?.seconds,
                most: plan.most.time?.seconds
            ) { "\(WallTime(seconds: $0))" }
            if let seconds = raised.value { handout.resources.time = WallTime(seconds: seconds) }
            raised.value == nil ? refused.append(raised.words) : made.append(raised.words)
        }
        for setting in rule.set {
            switch value(of: setting.name, row, block, plan).map({ ($0, setting.change.applied(to: $0)) }) {
            case (let old, let new?)? where new != old:
                handout.terms.set.removeAll { $0.key == setting.name }
                handout.terms.set.append(JSON.Member(setting.name, new))
                made.append("\(setting.name) \(Placeholders.text(old)) -> \(Placeholders.text(new))")
            case (let old, _)?: refused.append("\(setting.name) stays \(Placeholders.text(old))")
            case nil: refused.append("\(setting.name) has no value")
            }
        }
        if rule.runsAlone {
            let wasAlone = block.terms.isAlone || plan[block.size].slots == 1
            handout.terms.isAlone = true
            wasAlone ? refused.append("nothing ran beside it") : made.append("alone")
        }
        // An agent that blames its node saw other nodes do better.
        let isBlamed = attempt.said?.ending.outcome == .nodeFailed
        if rule.excludesNode || isBlamed, let node = attempt.start?.node, !node.isEmpty {
            handout.terms.avoid = Set(block.terms.avoid + [node]).sorted()
            made.append("not on \(node)")
        }
        if rule.resumes {
            handout.terms.resumes = true
            made.append("resumed")
        }
        if made.isEmpty, [.oomHost, .oomGPU, .timeout].contains(cause) {
            return .closed(refused.isEmpty ? nil : refused.joined(separator: ", "))
        }
        handout.terms.why = ([cause.rawValue] + (made.isEmpty ? [] : [made.joined(separator: ", ")]))
            .joined(separator: ": ")
        return .owed(handout)
    }

    /// Raises an amount as far as the rule and the place allow; nil, and why, where that is not at all.
    private static func raise(
        _ name: String, _ old: Int64?, _ change: Adjustment, grain: Int64, limit: Int64?, most: Int64?,
        _ text: (Int64) -> String
    ) -> (value: Int64?, words: String) {
        guard let old else { return (nil, "it asks for no \(name) that could be raised") }
        let wanted = (change.amount(from: old) + grain - 1) / grain * grain
        let new = [wanted, limit, most].compactMap(\.self).min() ?? wanted
        if new > old { return (new, "\(name) \(text(old)) -> \(text(new))") }
        if let most, new == most, limit.map({ $0 > most }) ?? true {
            return (nil, "\(name) is \(text(old)), and the place carries \(text(most)) at most")
        }
        return (nil, limit == new ? "\(name) is at its limit, \(text(new))" : "\(name) is \(text(old)) already")
    }

    /// The value of a parameter as the last attempt had it.
    private static func value(of name: String, _ row: Row, _ block: Block, _ plan: RunPlan) -> JSON? {
        if let value = (row.values + block.terms.set).last(where: { $0.key == name })?.value { return value }
        for stage in plan.stages where name.hasPrefix("\(stage.name).") {
            let key = name.dropFirst(stage.name.count + 1)
            if let member = stage.parameters.last(where: { $0.key == key }) { return member.value }
        }
        return nil
    }
}
