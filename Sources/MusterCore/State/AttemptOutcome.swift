extension AttemptState {
    /// Where it stands.
    public var phase: Phase {
        if said != nil || word != nil { return .ended }
        return start != nil || !stages.isEmpty ? .running : .submitted
    }

    /// When it began: its own start, else its first stage's.
    public var started: Timestamp? { start?.time ?? stages.compactMap(\.started).min() }

    /// When it ended: as the agent said, else when the scheduler's word was heard.
    public var ended: Timestamp? {
        guard let said, said.rank > .scheduler else { return word?.time ?? said?.time }
        return said.time
    }

    /// Another attempt had published before.
    public var isSuperseded: Bool { said?.flag ?? false }

    /// It made the job's published result.
    public var hasPublished: Bool { isSettled && said?.ending.outcome == .succeeded && !isSuperseded }

    /// Its end: the agent's word, else the scheduler's, else that it was given up; nil while it may run.
    ///
    /// An end that the agent did not see carries what the stages and the out-of-memory facts tell.
    public var ending: Ending? {
        if let said, said.rank > .scheduler { return isSettled ? said.ending : explained(said.ending) }
        guard var ending = closedByScheduler ?? said?.ending else { return nil }
        let kills = ooms.reduce(0) { $0 + $1.kills }
        if ending.outcome == .lost, kills > 0 { ending.outcome = .oomHost }
        if ending.outcome == .oomHost, kills == 0, let excuse { (ending.outcome, ending.cause) = (.lost, excuse) }
        ending.oomKills = max(ending.oomKills, kills)
        ending.memoryLimit = ending.memoryLimit ?? ooms.compactMap(\.limit).max()
        ending.peakRSS = ending.peakRSS ?? (stages.map { $0.ending?.peakRSS } + [lastRSS]).compactMap { $0 }.max()
        ending.peakGPU = ending.peakGPU ?? stages.compactMap { $0.ending?.peakGPU }.max()
        return ending
    }

    /// An end that the agent was told to make, with the scheduler's reason where it has one.
    private func explained(_ told: Ending) -> Ending {
        guard let word, word.restart == key.restart else { return told }
        switch word.outcome {
        case .timeout, .preempted, .nodeFailed:
            var ending = told
            ending.outcome = word.outcome
            ending.cause = [told.cause, "the scheduler says \(word.state)"].compactMap { $0 }.joined(separator: "; ")
            return ending
        default: return told
        }
    }

    private var closedByScheduler: Ending? {
        guard let word else { return nil }
        let duration = started.map { max(0, word.time.microseconds - $0.microseconds) } ?? 0
        guard word.restart == key.restart else {
            return Ending(
                outcome: .lost,
                cause: "element \(key.element) was started again (restart \(word.restart)) and ended since",
                duration: duration)
        }
        let exit = word.exit.isEmpty ? "" : ", exit \(word.exit)"
        return Ending(
            outcome: word.outcome, cause: "the scheduler ended element \(key.element): \(word.state)\(exit)",
            duration: duration)
    }

    /// Where a stage stands: its own end, else the attempt's when that did not succeed, else lost; running before. A
    /// stage that was told to end ended as its attempt did.
    public func standing(of stage: StageState) -> Standing {
        if let outcome = stage.ending?.outcome, outcome != .cancelled || ending == nil { return .ended(outcome) }
        guard let outcome = ending?.outcome else { return .running }
        return .ended(outcome == .succeeded ? .lost : outcome)
    }
}

extension AttemptState {
    /// The state as a JSON object, for a fold that goes on later.
    public var json: JSON {
        var members = key.fields
        if let start {
            members += [
                .init("t", .int(start.time.microseconds)), .init("node", .string(start.node)),
                .init("slot", .int(start.slot)), .init("folder", .string(start.folder)),
            ]
        }
        if let said { members.append(.init("said", said.json)) }
        if let word { members.append(.init("word", word.json)) }
        if !stages.isEmpty { members.append(.init("stages", .array(stages.map(\.json)))) }
        if !ooms.isEmpty { members.append(.init("ooms", .array(ooms.map(\.json)))) }
        if let lastRSS { members.append(.init("last_rss", .int(lastRSS))) }
        if let excuse { members.append(.init("excuse", .string(excuse))) }
        return .object(members)
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init(key: AttemptKey(json: json))
        if let time = json["t"]?.int {
            start = Start(
                time: Timestamp(microseconds: time), node: json["node"]?.string ?? "",
                slot: Int(clamping: json["slot"]?.int ?? 0), folder: json["folder"]?.string ?? "")
        }
        said = json["said"].flatMap(Said.init(json:))
        word = json["word"].flatMap(SchedulerWord.init(json:))
        stages = (json["stages"]?.array ?? []).compactMap(StageState.init(json:))
        lastRSS = json["last_rss"]?.int
        excuse = json["excuse"]?.string
        ooms = (json["ooms"]?.array ?? []).compactMap(OOMFact.init(json:))
    }
}
