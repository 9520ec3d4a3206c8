import MusterCore
import MusterSlurm

/// When to go on waiting for the job, and what it means when it is over.
struct JobWait {
    /// Seconds that the job may wait in the queue.
    var patience: Double
    /// Seconds between its start and its report.
    static let running = 60.0
    /// Seconds for which a reason that nobody can wait out must stand.
    static let hopelessFor = 10.0

    enum Next: Equatable {
        case again
        /// The report is there; how long the job waited.
        case reported
        case over(Finding)
    }

    private var runningSince: Double?
    private var hopelessSince: Double?

    init(patience: Double) { self.patience = patience }

    /// Takes in a look at the job `seconds` after its submission. `record` is nil where Slurm did not tell.
    mutating func next(
        id: String, reported: Bool, record: ScontrolRecord?, seconds: Double, cluster: String
    ) -> Next {
        if reported { return .reported }
        guard let record else {
            guard seconds > patience + Self.running else { return .again }
            return .over(.wrong("the controller does not know job \(id)", cure: "see: scontrol show job \(id)"))
        }
        if record.state.isEnded {
            let exit = record.exitCode.map { " with \($0)" } ?? ""
            return .over(
                .wrong(
                    "job \(id) ended as \(record.state.name)\(exit)\(on(record)) before it could report"
                        + (record.reason.map { ": \($0)" } ?? ""),
                    cure: "see what it wrote below, and 'prologue', 'modules' and 'template' of the cluster's file; "
                        + "the node must see the workdir"))
        }
        if record.state.isRunning {
            let since = runningSince ?? seconds
            runningSince = since
            guard seconds - since > Self.running else { return .again }
            return .over(
                .wrong(
                    "job \(id) has been running\(on(record)) for \(Int(Self.running)) s, and nothing came from it",
                    cure: "the node may be cut off, or not see the workdir; leave it out with 'slurm: {exclude: "
                        + "\(record.nodes ?? "NODE")}' and tell the site"))
        }
        return pending(id: id, record, seconds, cluster)
    }

    private func on(_ record: ScontrolRecord) -> String { record.nodes.map { " on \($0)" } ?? "" }

    private mutating func pending(id: String, _ record: ScontrolRecord, _ seconds: Double, _ cluster: String) -> Next {
        let reason = record.reason ?? "no reason given"
        if let cure = Self.cure(reason) {
            let since = hopelessSince ?? seconds
            hopelessSince = since
            guard seconds - since >= Self.hopelessFor else { return .again }
            return .over(.wrong("job \(id) does not start: \(reason)", cure: cure))
        }
        hopelessSince = nil
        guard seconds >= patience else { return .again }
        return .over(
            .wrong(
                "job \(id) did not start within \(Int(patience)) s: \(reason)",
                cure: "the cluster may be busy: muster doctor \(cluster) --job --wait 30m; or try another 'partition'"))
    }

    /// What to do about a reason that waiting does not cure; nil for all others (squeue(1), "JOB REASON CODES").
    static func cure(_ reason: String) -> String? {
        let word = reason.lowercased()
        if word.contains("reqnodenotavail") || word.contains("nodes_required") || word.contains("nodedown") {
            return "the nodes it may use are down or reserved: see them with: sinfo -R; choose others with "
                + "'partition', or in 'slurm' of the cluster's file"
        }
        if word.contains("partitiondown") || word.contains("partitioninactive") {
            return "choose another 'partition', or wait: sinfo -s"
        }
        if word.contains("partitiontimelimit") || word.contains("partitionnodelimit") || word.contains("badconstraints")
        {
            return "the options of 'slurm' in the cluster's file do not fit the partition: sinfo -o '%P %l %f %G'"
        }
        if word.contains("invalidaccount") || word.contains("invalidqos") || word.hasPrefix("assoc")
            || word.hasPrefix("qos")
        {
            return "the account or quality of service does not allow it now: sacctmgr -n show assoc user=$USER"
        }
        if word.contains("jobheld") { return "it is held: ask the site why" }
        return nil
    }
}
