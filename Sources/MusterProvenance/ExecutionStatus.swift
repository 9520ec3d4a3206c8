/// Where an execution stands. What it does right now is progress, which is kept apart: a status changes by a move only.
public enum ExecutionStatus: String, CaseIterable, Sendable, CustomStringConvertible {
    /// Written down; nothing of it runs.
    case created = "Created"
    /// Its program runs.
    case running = "Running"
    /// Its program has ended well; what it made is not recorded yet.
    case stopped = "Stopped"
    /// Its program failed, or its outputs could not be recorded.
    case failed = "Failed"
    /// Its outputs are being recorded, or wait for that.
    case pendingUpload = "Pending_Upload"
    /// Its outputs are recorded with their checksums.
    case uploaded = "Uploaded"
    /// Somebody gave it up.
    case aborted = "Aborted"

    /// The word that records have.
    public var description: String { rawValue }

    /// What it may become: thirteen moves in all. Running to Pending_Upload is for a process that died behind its work;
    /// Failed to Pending_Upload tries to record once more; Uploaded to Pending_Upload adds outputs.
    public var next: Set<ExecutionStatus> {
        switch self {
        case .created: [.running, .aborted]
        case .running: [.stopped, .pendingUpload, .failed, .aborted]
        case .stopped: [.pendingUpload, .aborted]
        case .pendingUpload: [.uploaded, .failed]
        case .uploaded: [.pendingUpload]
        case .failed: [.pendingUpload, .aborted]
        case .aborted: []
        }
    }

    /// Nothing runs any more.
    public var isOver: Bool { ![.created, .running].contains(self) }

    /// Makes a move, or refuses it.
    public func moved(to target: ExecutionStatus) throws(MoveRefused) -> ExecutionStatus {
        guard next.contains(target) else { throw MoveRefused(from: self, to: target) }
        return target
    }
}

/// A move that no execution may make.
public struct MoveRefused: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where it stands, and where it was to stand.
    public var from: ExecutionStatus, to: ExecutionStatus

    /// Makes a refusal.
    public init(from: ExecutionStatus, to: ExecutionStatus) {
        self.from = from
        self.to = to
    }

    /// What was refused, what is allowed, and what to do instead.
    public var description: String {
        let allowed = from.next.map(\.rawValue).sorted()
        let what = "an execution that is \(from) can't become \(to): "
        if from == to { return what + "it is that already; what it does meanwhile is progress, not a status" }
        guard let last = allowed.last else { return what + "this is where it ends" }
        let rest = allowed.dropLast()
        return what + "it may become " + (rest.isEmpty ? last : rest.joined(separator: ", ") + " or " + last)
    }
}
