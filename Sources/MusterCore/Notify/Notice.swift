/// Something that people are told about a run: one message, whatever the number of jobs.
public struct Notice: Equatable, Sendable {
    /// What it is about.
    public var occasion: NotifyPolicy.Occasion
    /// What tells it from other notices of the run: the occasion, for an end with its moment, since a run may be taken up
    /// again.
    public var mark: String
    /// One line.
    public var subject: String
    /// What else there is to say, lines.
    public var body: String
    /// How many jobs stand where: the standing's word and their number, by the word.
    public var counts: [JSON.Member]

    /// What must be told now: what `policy` asks for, has come true, and was not told before.
    ///
    /// - Parameters:
    ///   - jobs: Indices of the run's jobs; stage runs that they share don't count.
    ///   - heard: When anything was last heard of the run, a reading too.
    public static func due(
        _ policy: NotifyPolicy, run: String, state: RunState, jobs: Range<Int>, heard: Timestamp?, now: Timestamp
    ) -> [Notice] {
        let tally = Tally(state, jobs)
        return NotifyPolicy.Occasion.allCases.compactMap { occasion in
            guard policy.occasions.contains(occasion) else { return nil }
            var mark = occasion.rawValue
            let subject: String
            switch occasion {
            case .done:
                guard let ended = state.ended else { return nil }
                mark += "@\(ended.microseconds)"
                subject = "\(tally.succeeded) of \(jobs.count) jobs succeeded"
            case .failed:
                guard tally.failed >= policy.least, Double(tally.failed) >= policy.failed * Double(tally.ended) else {
                    return nil
                }
                subject = "\(tally.failed) of \(tally.ended) ended jobs failed"
            case .stuck:
                guard state.ended == nil, tally.running > 0, let heard,
                    now.seconds(since: heard) >= Double(policy.stuck.seconds)
                else { return nil }
                subject = "nothing was heard since \(heard), and \(tally.running) jobs run"
            case .oom:
                guard tally.outOfMemory >= policy.oom else { return nil }
                subject = "\(tally.outOfMemory) jobs ran out of memory"
            }
            guard !state.notices.contains(mark) else { return nil }
            return Notice(
                occasion: occasion, mark: mark, subject: "muster: \(run): \(subject)", body: tally.body(run: run),
                counts: tally.counts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .int($0.value)) })
        }
    }
}

/// How the jobs of a run stand, for a message.
private struct Tally {
    var counts: [String: Int] = [:]
    var signatures: [String: Int] = [:]
    var (succeeded, failed, running, outOfMemory, ended) = (0, 0, 0, 0, 0)

    init(_ state: RunState, _ jobs: Range<Int>) {
        for index in jobs {
            let job = state.jobs[index]
            let standing = job?.standing
            counts[standing?.description ?? "waiting", default: 0] += 1
            if standing == .running { running += 1 }
            if job?.attempts.contains(where: Self.ranOutOfMemory) == true { outOfMemory += 1 }
            guard let outcome = standing?.outcome else { continue }
            ended += 1
            if outcome == .succeeded { succeeded += 1 }
            guard ![.succeeded, .partial, .cancelled].contains(outcome) else { continue }
            failed += 1
            if let signature = job?.deciding.flatMap({ FailureSignature($0) }) {
                signatures[signature.text, default: 0] += 1
            }
        }
    }

    private static func ranOutOfMemory(_ attempt: AttemptState) -> Bool {
        [.oomHost, .oomGPU].contains(attempt.ending?.outcome)
    }

    func body(run: String) -> String {
        let words = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        var lines = ["jobs: " + words.joined(separator: ", ")]
        let common = signatures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (text, count) in common.prefix(5) { lines.append("\(count) failed so: \(text)") }
        if common.count > 5 { lines.append("and in \(common.count - 5) other ways") }
        return (lines + ["", "to see more: muster status \(run)"]).joined(separator: "\n") + "\n"
    }
}
