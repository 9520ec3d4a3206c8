import MusterCluster
import MusterCore

extension Follower {
    /// What was last seen of attempts whose agents said no more, for elements that have ended, or of those of one restart
    /// where `restarts` says which has.
    func lastSeen(
        of elements: [String], restarts: [String: Set<Int>]? = nil, in state: RunState
    ) async throws -> [EventBody] {
        let open = elements.map { element in
            Steward.openAttempts(of: element, in: state).filter {
                restarts.map { $0[element] ?? [] }?.contains($0.restart) ?? true
            }
        }.filter { !$0.isEmpty }
        guard !open.isEmpty, let plan else { return [] }
        let lanes = ShellWord.quote(record.paths.lanes)
        let answer = try await record.site.host.run("cat -- \(lanes)/*/live.json 2>/dev/null; exit 0")
        let samples = answer.text.split(separator: "\n").flatMap { line in
            ((try? JSON(parsing: line.utf8))?["samples"]?.array ?? []).compactMap { try? Event(json: $0) }
        }
        try await readBook()
        let sizes = Sizes(book?.blocks ?? [])
        return open.flatMap {
            Steward.lastSeen($0, samples: samples) { plan[sizes[$0] ?? 0].resources.memory?.bytes }
        }
    }
}
