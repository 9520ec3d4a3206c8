import GRDB
public import MusterCore

extension History {
    /// The fold of all that is known of a run, from its facts.
    public func state(of run: String) throws -> RunState {
        try writer.read { db in
            var state = RunState()
            let rows = try Row.fetchCursor(
                db, sql: "SELECT facts.line FROM facts JOIN sources ON sources.id = facts.source WHERE sources.run = ?",
                arguments: [run])
            while let row = try rows.next() {
                let line: String = row[0]
                if let event = try? Event(line: line.utf8) { state.apply(event) }
            }
            return state
        }
    }

    /// Nodes of a run whose agents could see no GPU although jobs ask for some, and why.
    public func unseenGPUs(of run: String) throws -> [String: String] {
        try writer.read { db in
            var state = RunState()
            let lines = try String.fetchAll(
                db,
                sql: """
                    SELECT facts.line FROM facts JOIN sources ON sources.id = facts.source
                    WHERE sources.run = ? AND facts.kind = 'agent.started'
                    """, arguments: [run])
            for line in lines { if let event = try? Event(line: line.utf8) { state.apply(event) } }
            return state.unseenGPUs
        }
    }
}
