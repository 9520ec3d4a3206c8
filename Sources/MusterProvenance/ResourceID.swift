/// An identifier of the grammar that ERMrest catalogs use: one to four of `A-Z0-9`, or these and groups of exactly four
/// behind dashes; `@` and another one of the same form names a snapshot.
public struct ResourceID: Hashable, Sendable, CustomStringConvertible {
    /// The identifier without the snapshot.
    public let base: String
    /// The snapshot; nil for the present.
    public let snapshot: String?

    /// What is used where nothing is written.
    public static let dryRun = ResourceID(base: "0000", snapshot: nil)

    private init(base: String, snapshot: String?) {
        self.base = base
        self.snapshot = snapshot
    }

    /// Reads an identifier; nil where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy(Self.isValid) else { return nil }
        self.init(base: parts[0], snapshot: parts.count == 2 ? parts[1] : nil)
    }

    /// Makes the identifier of an execution that has no run: `EXEC` and twelve random signs.
    public static func make(using random: inout some RandomNumberGenerator) -> ResourceID {
        let signs = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let groups = (0..<3).map { _ in
            String((0..<4).map { _ in signs[Int.random(in: signs.indices, using: &random)] })
        }
        return ResourceID(base: (["EXEC"] + groups).joined(separator: "-"), snapshot: nil)
    }

    /// The text that it was read from.
    public var description: String { snapshot.map { "\(base)@\($0)" } ?? base }

    private static func isValid(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.enumerated().allSatisfy { index, group in
            let isLong = index == 0 ? (1...4).contains(group.utf8.count) : group.utf8.count == 4
            return isLong
                && group.utf8.allSatisfy {
                    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
        }
    }
}

/// What an execution is called: everything that ran code has one.
public enum ExecutionID: Hashable, Sendable, CustomStringConvertible {
    /// A run, by its own id.
    case run(String)
    /// A job of a run, by the run's id and its own.
    case job(run: String, job: String)
    /// A program with an execution around it.
    case program(ResourceID)

    /// Reads one: ids of runs have lower-case letters or stamps in them, so the grammars do not meet.
    public init?(_ text: String) {
        if let id = ResourceID(text), id.snapshot == nil {
            self = .program(id)
        } else if let slash = text.firstIndex(of: "/") {
            let (run, job) = (String(text[..<slash]), String(text[text.index(after: slash)...]))
            guard !run.isEmpty, !job.isEmpty else { return nil }
            self = .job(run: run, job: job)
        } else if !text.isEmpty {
            self = .run(text)
        } else {
            return nil
        }
    }

    /// The text that it was read from.
    public var description: String {
        switch self {
        case .run(let run): run
        case .job(let run, let job): "\(run)/\(job)"
        case .program(let id): "\(id)"
        }
    }
}
