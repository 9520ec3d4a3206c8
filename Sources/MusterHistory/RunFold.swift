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
}
