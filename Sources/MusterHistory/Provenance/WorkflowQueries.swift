import GRDB
import MusterCore
public import MusterProvenance

extension History {
    /// All workflows, the latest first.
    public func workflows() throws -> [WorkflowRecord] {
        try writer.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM workflows WHERE registered IS NOT NULL ORDER BY registered DESC, id"
            ).compactMap(Self.workflow)
        }
    }

    /// The workflow of that code: by its checksum first, which is compared with both columns, and by its address where it has
    /// none. nil where it is not registered.
    public func workflow(of source: WorkflowSource) throws -> WorkflowRecord? {
        try writer.read { db in
            let sql = """
                SELECT * FROM workflows WHERE registered IS NOT NULL AND (checksum = ?1 OR url = ?1)
                ORDER BY checksum IS NOT ?1, registered, id LIMIT 1
                """
            return try Row.fetchOne(db, sql: sql, arguments: [source.key]).flatMap(Self.workflow)
        }
    }

    /// The workflow with this id or the only one whose id begins so, or of this name if only one has it.
    ///
    /// Throws `HistoryError.noSuchWorkflow` or `.ambiguousWorkflow`.
    public func workflow(_ name: String) throws -> WorkflowRecord {
        let all = try workflows()
        if let exact = all.first(where: { $0.id == name }) { return exact }
        let found = all.filter { !name.isEmpty && ($0.id.hasPrefix(name) || $0.entry.name == name) }
        guard let first = found.first else { throw HistoryError.noSuchWorkflow(name) }
        guard found.count == 1 else { throw HistoryError.ambiguousWorkflow(name, candidates: found.map(\.id)) }
        return first
    }

    /// Words that people added to the vocabulary of types, with what they mean.
    public func workflowTypes() throws -> [(name: String, meaning: String)] {
        try writer.read { db in
            try Row.fetchAll(db, sql: "SELECT name, description FROM workflow_types ORDER BY name").map {
                ($0["name"], $0["description"] ?? "")
            }
        }
    }

    private static func workflow(_ row: Row) throws -> WorkflowRecord? {
        let state = EntityState(json: try JSON(parsing: row["state"] as String))
        return state.workflow.map { WorkflowRecord(id: row["id"], entry: $0, registered: state.registered) }
    }
}
