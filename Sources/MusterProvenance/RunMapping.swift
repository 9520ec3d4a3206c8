public import MusterCore

/// The status of runs and jobs as executions: nothing of it is stored, it follows from what the history knows of them.
extension ExecutionStatus {
    /// A job's status. What is published lies where it belongs; it is Uploaded once the checksums of its files are known.
    public static func ofJob(_ standing: Standing, hasOutputs: Bool) -> ExecutionStatus {
        switch standing {
        case .planned, .submitted, .queued: .created
        case .running: .running
        case .ended(.succeeded), .ended(.partial): hasOutputs ? .uploaded : .stopped
        case .ended(.cancelled): .aborted
        case .ended: .failed
        }
    }

    /// A run's status, from how many of its jobs stand where. A run that somebody cancelled as a whole is aborted whatever
    /// had ended before; else one failed job makes it failed, as the exit status of `muster run` does.
    public static func ofRun(
        _ counts: [Standing: Int], isCancelled: Bool, isOver: Bool, hasOutputs: Bool
    ) -> ExecutionStatus {
        func some(_ status: ExecutionStatus) -> Bool {
            counts.contains { $0.value > 0 && ofJob($0.key, hasOutputs: false) == status }
        }
        if isCancelled { return .aborted }
        let isOpen = some(.created) || some(.running)
        if isOpen, !isOver { return some(.running) || some(.stopped) || some(.failed) ? .running : .created }
        if some(.failed) || isOpen { return .failed }
        if !some(.stopped), some(.aborted) { return .aborted }
        return hasOutputs ? .uploaded : .stopped
    }
}
