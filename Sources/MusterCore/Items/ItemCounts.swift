/// How many of a stage's or a job's items were done, and what became of the others.
public struct ItemCounts: Hashable, Sendable {
    /// A worker's stretch that was not done.
    public struct Failure: Hashable, Sendable {
        /// Its items.
        public var items: ClosedRange<Int>
        /// How the worker ended.
        public var outcome: Outcome
        /// Its program's exit code.
        public var exitCode: Int?
        /// The signal that ended it.
        public var signal: Int?
        /// In words, when there is something to say.
        public var cause: String?

        /// Describes a failure.
        public init(
            items: ClosedRange<Int>, outcome: Outcome, exitCode: Int? = nil, signal: Int? = nil, cause: String? = nil
        ) {
            self.items = items
            self.outcome = outcome
            self.exitCode = exitCode
            self.signal = signal
            self.cause = cause
        }

        /// `2-3 (exit code 1)`.
        public var text: String {
            let how =
                cause ?? exitCode.map { "exit code \($0)" } ?? signal.map { "signal \($0)" } ?? outcome.rawValue
            return "\(ItemSet.text(items)) (\(how))"
        }
    }

    /// The most failures that are told one by one: an event has to fit its message.
    public static let mostFailures = 16

    /// Items that were done.
    public var done: Int
    /// Items that were asked for.
    public var total: Int
    /// Stretches that failed, at most ``mostFailures``, in order.
    public var failures: [Failure]

    /// Counts.
    public init(done: Int, total: Int, failures: [Failure] = []) {
        self.done = done
        self.total = total
        self.failures = Array(failures.sorted { $0.items.lowerBound < $1.items.lowerBound }.prefix(Self.mostFailures))
    }

    /// `6 of 8 items; 2-3 (exit code 1)`.
    public var text: String {
        let shown = failures.prefix(4).map(\.text) + (failures.count > 4 ? ["..."] : [])
        return "\(done) of \(total) items" + (shown.isEmpty ? "" : "; not " + shown.joined(separator: ", "))
    }

    /// `{"done","total","failed":[{"first","last","outcome","exit","signal","cause"}]}`.
    public var json: JSON {
        .object([
            "done": .int(done), "total": .int(total),
            "failed": failures.isEmpty
                ? nil
                : .array(
                    failures.map { failure in
                        .object([
                            "first": .int(failure.items.lowerBound), "last": .int(failure.items.upperBound),
                            "outcome": .string(failure.outcome.rawValue), "exit": failure.exitCode.map { .int($0) },
                            "signal": failure.signal.map { .int($0) }, "cause": failure.cause.map(JSON.string),
                        ])
                    }),
        ])
    }

    /// Reads what `json` writes; nil without the numbers.
    public init?(json: JSON) {
        guard let done = json["done"]?.int, let total = json["total"]?.int else { return nil }
        self.init(
            done: Int(clamping: done), total: Int(clamping: total),
            failures: (json["failed"]?.array ?? []).compactMap { entry in
                guard let first = entry["first"]?.int, let last = entry["last"]?.int, first <= last,
                    let outcome = entry["outcome"]?.string.flatMap(Outcome.init(rawValue:))
                else { return nil }
                return Failure(
                    items: Int(clamping: first)...Int(clamping: last), outcome: outcome,
                    exitCode: (entry["exit"]?.int).map { Int($0) }, signal: (entry["signal"]?.int).map { Int($0) },
                    cause: entry["cause"]?.string)
            })
    }
}
