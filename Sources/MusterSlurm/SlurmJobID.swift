/// What Slurm calls one job: a number, and for a task of an array the array's number and its index.
///
/// A task of an array has a second name, its raw id, once it was split off the array. Slurm hands the
/// array's own number to the last task that starts, so a raw id says nothing about which array it
/// belongs to; it is kept apart in the rows that carry it.
public struct SlurmJobID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The job's number; the array's number for a task of an array.
    public let number: UInt32
    /// The index inside of the array.
    public let task: UInt32?

    /// A plain job, or with `task` one task of the array `number`.
    public init(_ number: UInt32, task: UInt32? = nil) {
        self.number = number
        self.task = task
    }

    /// Reads `37` and `20_3`; nil for anything else, also for several tasks at once (`20_[2-5]`),
    /// which ``SlurmJobReference`` reads.
    public init?(parsing text: some StringProtocol) {
        guard case .job(let id)? = SlurmJobReference(parsing: text) else { return nil }
        self = id
    }

    /// As Slurm's programs take and print it.
    public var description: String {
        if let task { "\(number)_\(task)" } else { "\(number)" }
    }

    /// By number, then by index; the array itself stands before its tasks.
    public static func < (left: Self, right: Self) -> Bool {
        if left.number != right.number { return left.number < right.number }
        switch (left.task, right.task) {
        case (let left?, let right?): return left < right
        case (nil, _?): return true
        case (_, nil): return false
        }
    }
}

/// What stands in the id column of a queue: one job, or the tasks of an array that have not started.
public enum SlurmJobReference: Hashable, Sendable, CustomStringConvertible {
    /// A plain job or a single task of an array.
    case job(SlurmJobID)
    /// The pending remainder of the array `array`, one row for all of it.
    case remainder(array: UInt32, SlurmArraySpec)

    /// Reads `37`, `20_3`, `20_[2-5%2]` and `20_[1-3,...]`, whose tail Slurm has left out.
    public init?(parsing text: some StringProtocol) {
        let parts = Text.split(Substring(text), at: UInt8(ascii: "_"))
        guard parts.count <= 2, let number: UInt32 = Text.number(parts[0]), number > 0 else { return nil }
        guard parts.count == 2 else {
            self = .job(SlurmJobID(number))
            return
        }
        if let task: UInt32 = Text.number(parts[1]) {
            self = .job(SlurmJobID(number, task: task))
        } else if let spec = SlurmArraySpec(parsing: parts[1]) {
            self = .remainder(array: number, spec)
        } else {
            return nil
        }
    }

    /// The job's or the array's number.
    public var number: UInt32 {
        switch self {
        case .job(let id): id.number
        case .remainder(let array, _): array
        }
    }

    /// Whether this row speaks for that job.
    public func covers(_ id: SlurmJobID) -> Bool {
        switch self {
        case .job(let own): own == id
        case .remainder(let array, let spec): array == id.number && id.task.map(spec.contains) ?? false
        }
    }

    /// As Slurm's programs print it.
    public var description: String {
        switch self {
        case .job(let id): "\(id)"
        case .remainder(let array, let spec): "\(array)_[\(spec)]"
        }
    }
}
