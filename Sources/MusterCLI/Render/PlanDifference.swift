import MusterCore
import MusterHistory

/// What a plan changes against an earlier run.
struct PlanDifference {
    /// Ids of jobs that the run did not have, that the plan has no more, that are made another way, and that are the same.
    var added: [String] = [], removed: [String] = [], changed: [String] = [], same: [String] = []

    init(plan: Plan, run jobs: [JobRecord]) {
        let before = Dictionary(jobs.map { ($0.id, $0.key) }) { first, _ in first }
        for row in plan.jobs {
            switch before[row.id] {
            case nil: added.append(row.id)
            case row.key: same.append(row.id)
            default: changed.append(row.id)
            }
        }
        let now = Set(plan.jobs.map(\.id))
        removed = jobs.map(\.id).filter { !now.contains($0) }
    }

    func text(run: String) -> String {
        var lines = [
            "against \(run): \(added.count) added, \(removed.count) removed, \(changed.count) changed, \(same.count) the same"
        ]
        for (mark, ids) in [("+", added), ("-", removed), ("~", changed)] {
            lines += ids.prefix(20).map { "\(mark) \($0)" }
            if ids.count > 20 { lines.append("\(mark) ... and \(ids.count - 20) more") }
        }
        return lines.joined(separator: "\n")
    }

    func json(run: String) -> JSON {
        .object([
            "run": .string(run), "added": .strings(added), "removed": .strings(removed), "changed": .strings(changed),
            "same": .int(same.count),
        ])
    }
}
