import GRDB
public import MusterCore

extension History {
    /// The fold of all that is known of a run, from its facts.
    ///
    /// - Parameter kinds: Only what facts of these kinds tell; of all kinds where there are none.
    public func state(of run: String, only kinds: [String] = []) throws -> RunState {
        try writer.read { db in
            var state = RunState()
            let marks = kinds.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT facts.line FROM facts JOIN sources ON sources.id = facts.source WHERE sources.run = ?"
                    + (kinds.isEmpty ? "" : " AND facts.kind IN (\(marks))"),
                arguments: StatementArguments([run] + kinds))
            while let row = try rows.next() {
                let line: String = row[0]
                if let event = try? Event(line: line.utf8) { state.apply(event) }
            }
            return state
        }
    }

    /// Nodes of a run whose agents could see no GPU although jobs ask for some, and why.
    public func unseenGPUs(of run: String) throws -> [String: String] {
        try state(of: run, only: ["agent.started"]).unseenGPUs
    }

    /// What agents told of programs that changed while the run went on.
    public func code(of run: String) throws -> CodeChanges {
        try state(of: run, only: ["agent.started", "code.changed"]).code
    }
}

extension JobRecord {
    /// Programs that were not what they were at submission when stages of it began, over all attempts.
    public func changedCode(_ code: CodeChanges) -> [CodeChanges.Told] {
        var found: [CodeChanges.Told] = []
        for attempt in attempts {
            let stages = attempt.stages.compactMap { stage in stage.started.map { (stage.name, $0) } }
            for told in code.behind(element: attempt.key.element, node: attempt.node, stages: stages)
            where !found.contains(where: { $0.change == told.change }) {
                found.append(told)
            }
        }
        return found
    }
}
