/// An attempt that ended without success, as far as it is explained.
public struct Failure: Equatable, Sendable {
    /// The job's place in the table, and what people call it.
    public var index: Int, job: String
    /// Which attempt of the job, from 1, and its identity.
    public var attempt: Int, key: AttemptKey
    /// The stage that did not succeed; empty where none is known.
    public var stage: String
    /// Where it ran.
    public var node: String?
    /// When it ended.
    public var ended: Timestamp?
    /// Its end.
    public var ending: Ending

    /// Gathers what is known.
    public init(
        index: Int, job: String, attempt: Int, key: AttemptKey, stage: String, node: String?, ended: Timestamp?,
        ending: Ending
    ) {
        (self.index, self.job, self.attempt, self.key) = (index, job, attempt, key)
        (self.stage, self.node, self.ended, self.ending) = (stage, node, ended, ending)
    }

    /// What it has in common with others: as ``FailureSignature`` of an attempt, but with the line that tells most of the
    /// failure, not the last one, which launchers often write alike for all.
    public var signature: FailureSignature {
        let exit = ending.signal.map { "signal \($0)" } ?? ending.exitCode.map { "exit code \($0)" } ?? ""
        let said = ending.tail.flatMap(ErrorLines.init(in:))?.decisive
        // A cause says exit code and stage, which stand in the signature already.
        let line = said ?? (exit.isEmpty ? ending.cause : nil) ?? ""
        return FailureSignature(
            outcome: ending.outcome, stage: stage, exit: exit, line: FailureSignature.normalised(line))
    }
}

/// Failures with the same signature.
public struct FailureGroup: Equatable, Sendable {
    /// What they have in common.
    public var signature: FailureSignature
    /// All of them, in the order of the job table.
    public var failures: [Failure]

    /// The one that stands for all: the earliest, whose log is least likely to tell of consequences.
    public var example: Failure {
        let last = Timestamp(microseconds: .max)
        return failures.min { ($0.ended ?? last, $0.index) < ($1.ended ?? last, $1.index) } ?? failures[0]
    }

    /// Nodes where they ended, each with how many; the most first.
    public var nodes: [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for failure in failures { counts[failure.node ?? "?", default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// Failures by their signatures, the most frequent first.
    public static func groups(_ failures: [Failure]) -> [FailureGroup] {
        Dictionary(grouping: failures, by: \.signature).map { signature, members in
            FailureGroup(signature: signature, failures: members.sorted { $0.index < $1.index })
        }.sorted(by: comesFirst)
    }

    /// Groups with equal signatures as one, the most frequent first: what a whole log tells may show that what the last
    /// words had told apart is the same.
    public static func merged(_ groups: [FailureGroup]) -> [FailureGroup] {
        Dictionary(grouping: groups, by: \.signature).map { signature, members in
            FailureGroup(
                signature: signature, failures: members.flatMap(\.failures).sorted { $0.index < $1.index })
        }.sorted(by: comesFirst)
    }

    private static func comesFirst(_ left: FailureGroup, _ right: FailureGroup) -> Bool {
        (right.failures.count, left.signature.text) < (left.failures.count, right.signature.text)
    }
}
