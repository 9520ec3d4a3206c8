import Glibc
import MusterCore

/// Has products stop counting: what lies there stays to be read, but no run takes it for done.
///
/// The records lose their keys, which are kept beside under `invalidated`; a result or a stored stage run with such a record is
/// not the one that was asked for any more, so the next run moves it aside when it has made it anew.
struct Invalidation {
    private let plan: RunPlan
    private let rows: [JobRow]
    private let now = Machine.now
    /// Keys of products; grows by what was made of them.
    private var keys: Set<String>
    /// What was done, counted.
    private(set) var done = Done()

    /// What was done.
    struct Done: Equatable {
        /// Published results, stored stage runs and attempts with a product that counts no more, and how many products.
        var results = 0, stored = 0, attempts = 0, products = 0
        /// Checkpoints that were removed: with them a program would go on with what is not wanted.
        var checkpoints = 0

        var json: JSON {
            .object([
                "schema": 1, "results": .int(results), "stored": .int(stored), "attempts": .int(attempts),
                "products": .int(products), "checkpoints": .int(checkpoints),
            ])
        }
    }

    init(_ plan: RunPlan, rows: [JobRow], keys: Set<String>) {
        (self.plan, self.rows, self.keys) = (plan, rows, keys)
    }

    /// Does it. Throws when something could not be written; doing it again goes on.
    mutating func run() throws(SystemError) {
        let identity = StageIdentity(plan.stages, moved: plan.moved)
        var places = StagePlaces(stages: plan.stages, root: plan.outputRoot)
        try invalidateStore()
        for row in rows where row.stages == nil {
            if try invalidate(row.output, always: row.key) { done.results += 1 }
            for attempt in places.attempts(of: row.output, own: nil, isRepeated: false) {
                if try invalidate(attempt, always: nil) { done.attempts += 1 }
            }
            let own = identity.keys(scene: row.scene, point: row.point)
            for (stage, key) in zip(plan.stages, own) where keys.contains(key) && stage.checkpoint != nil {
                let folder = OutputPaths(final: row.output).checkpoint(stage: stage.name, key: key)
                guard Files.exists(folder) else { continue }
                Files.removeTree(folder)
                done.checkpoints += 1
            }
        }
    }

    /// Stored stage runs, also those that no row of the table names: whatever was made of a product goes with it.
    private mutating func invalidateStore() throws(SystemError) {
        let store = OutputPaths.store(below: plan.outputRoot)
        let names = (Files.names(in: store) ?? []).sorted().filter { name in
            !name.hasPrefix(".") || name.contains(".attempt.")
        }
        var hit: Set<String> = []
        var known = -1
        while known != keys.count {
            known = keys.count
            for name in names {
                let folder = "\(store)/\(name)"
                // A link's folder is met under its own name.
                guard let status = Files.status(folder), status.st_mode & S_IFMT == S_IFDIR else { continue }
                if try invalidate(folder, always: nil) { hit.insert(name) }
            }
        }
        done.stored += hit.count { !$0.hasPrefix(".") }
        done.attempts += hit.count { $0.hasPrefix(".") }
    }

    /// Invalidates what counts no more in a folder; whether anything did. The result as a whole goes with it, and so it does
    /// when its key is `key`.
    private mutating func invalidate(_ folder: String, always key: String?) throws(SystemError) -> Bool {
        var isHit = false
        for stage in plan.stages {
            let path = OutputPaths.stageRecord(stage.name, in: folder)
            guard let json = Files.json(path), let own = json["key"]?.string, !own.isEmpty else { continue }
            let requires = (json["requires"]?.members ?? []).compactMap(\.value.string)
            guard keys.contains(own) || !keys.isDisjoint(with: requires) else { continue }
            keys.insert(own)
            try rewrite(path, json, own)
            done.products += 1
            isHit = true
        }
        let path = OutputPaths.jobRecord(in: folder)
        guard let json = Files.json(path), let own = json["key"]?.string, !own.isEmpty, isHit || own == key else {
            return isHit
        }
        try rewrite(path, json, own)
        return true
    }

    private func rewrite(_ path: String, _ json: JSON, _ key: String) throws(SystemError) {
        var members = (json.members ?? []).filter { $0.key != "key" && $0.key != "invalidated" }
        members.append(.init("key", ""))
        members.append(.init("invalidated", .object(["key": .string(key), "at": .string(now.description)])))
        try Files.replace(path, with: JSON.object(members).bytes)
    }
}
