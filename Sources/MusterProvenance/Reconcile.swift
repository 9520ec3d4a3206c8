/// What becomes of an execution whose local record and whose row in the catalog, the history, were read.
public enum Reconciliation: Equatable, Sendable {
    /// Nothing is to be done.
    case nothing
    /// The local record takes the catalog's status and error.
    case adopt(ExecutionStatus, error: String?)
    /// The catalog gets the local status.
    case push(ExecutionStatus)
    /// They can't both be right, and a person must say which is: in words.
    case problem(String)
}

/// What the catalog says of an execution.
public enum CatalogAnswer: Equatable, Sendable {
    /// It can't be asked.
    case unreachable
    /// It has no such execution.
    case missing
    /// A status in its own words, and the error behind it.
    case status(String, error: String? = nil)
}

/// Decides which side counts.
public enum Reconcile {
    /// Pairs of local and catalog's status in which the catalog is ahead: somebody else knew more.
    static let adopted: [(ExecutionStatus, ExecutionStatus)] = [
        (.running, .aborted), (.pendingUpload, .uploaded), (.running, .failed),
    ]
    /// Pairs in which the local record is ahead: the catalog was not told.
    static let pushed: [(ExecutionStatus, ExecutionStatus)] = [
        (.stopped, .running), (.failed, .running), (.uploaded, .pendingUpload), (.uploaded, .running),
        (.aborted, .running),
    ]

    /// What a record that waits for nothing and the catalog's answer lead to. A record that is `pending` is left to
    /// ``flush(local:base:catalog:)``.
    public static func decide(local: ExecutionStatus, catalog: CatalogAnswer, isPending: Bool = false) -> Reconciliation
    {
        if isPending { return .nothing }
        switch catalog {
        case .unreachable: return .nothing
        case .missing: return .problem("the record here says \(local), the history has no such execution")
        case .status(let word, let error):
            guard let status = ExecutionStatus(rawValue: word) else {
                return .problem("the record here says \(local), the history '\(word)', which is no status")
            }
            if status == local { return .nothing }
            if adopted.contains(where: { $0 == (local, status) }) { return .adopt(status, error: error) }
            if pushed.contains(where: { $0 == (local, status) }) { return .push(local) }
            return .problem("the record here says \(local), the history says \(status)")
        }
    }

    /// What a record that could not be written to the catalog leads to now. `base` is what the catalog said when it was last
    /// written; nil when it never was. A catalog that still says so is told; one that says something else meanwhile was
    /// changed by somebody, and the table decides.
    public static func flush(local: ExecutionStatus, base: ExecutionStatus?, catalog: CatalogAnswer) -> Reconciliation {
        switch (catalog, base) {
        case (.missing, nil): .push(local)
        case (.status(let word, _), let base?) where word == base.rawValue && base != local: .push(local)
        default: decide(local: local, catalog: catalog)
        }
    }
}
