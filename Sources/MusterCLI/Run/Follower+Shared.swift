import MusterCluster
import MusterCore

extension Follower {
    /// Marks shared stage runs that did not succeed and get no further attempt, so that the jobs that wait for them end.
    func markFailedRuns(_ situation: Steward.Situation) async throws {
        var files: [HostFile] = []
        for row in situation.rows where row.index >= situation.plan.jobCount {
            // Somebody may have asked for it again.
            if situation.state.ask(of: row.index) != nil, Steward.isOpen(row, in: situation) {
                marked.remove(row.index)
            }
            guard !marked.contains(row.index) else { continue }
            guard case .closed(let why) = Steward.outlook(of: row, in: situation),
                let job = situation.state.jobs[row.index], let outcome = job.standing?.outcome, outcome != .succeeded
            else { continue }
            let cause = [job.deciding?.ending?.cause ?? outcome.rawValue, why].compactMap { $0 }.joined(separator: "; ")
            let mark = JSON.object(["outcome": .string(outcome.rawValue), "cause": .string(cause)])
            files.append(HostFile(path: "\(row.index)", content: mark.bytes))
            marked.insert(row.index)
        }
        guard !files.isEmpty else { return }
        try await record.site.host.write(files, to: record.paths.failures)
    }
}
