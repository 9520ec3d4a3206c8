import GRDB
public import MusterCore
import Synchronization

/// Runs as far as this process has folded their facts: whoever follows a run asks again and again, and little is new.
enum RunFolds {
    struct Fold: Sendable {
        var state = RunState()
        /// The last fact that is in it, by its number in the file.
        var last: Int64 = 0
        /// That fact's source and sequence. While they are the same no number up to it was given again, as those of facts
        /// that are pruned are.
        var mark: [Int64] = []
    }

    /// Runs that are kept; a history of thousands is gone through now and then.
    static let most = 8
}

extension History {
    /// The fold of all that is known of a run, from its facts. What was folded before is not read again.
    public func state(of run: String) throws -> RunState {
        try writer.read { db in
            // Who asks for another run meanwhile folds that one; of two that ask for the same the longer fold stays.
            var fold = folds.withLock { $0.removeValue(forKey: run) } ?? RunFolds.Fold()
            if fold.last > 0, try Self.mark(of: fold.last, db) != fold.mark { fold = RunFolds.Fold() }
            let sources = Set(try Int64.fetchAll(db, sql: "SELECT id FROM sources WHERE run = ?", arguments: [run]))
            let rows =
                fold.last == 0
                ? try Row.fetchCursor(
                    db,
                    sql:
                        "SELECT facts.id, facts.source, facts.line FROM facts JOIN sources ON sources.id = facts.source WHERE sources.run = ?",
                    arguments: [run])
                : try Row.fetchCursor(
                    db, sql: "SELECT id, source, line FROM facts WHERE id > ?", arguments: [fold.last])
            while let row = try rows.next() {
                fold.last = max(fold.last, row[0])
                guard sources.contains(row[1]) else { continue }
                let line: String = row[2]
                if let event = try? Event(line: line.utf8) { fold.state.apply(event) }
            }
            fold.mark = try Self.mark(of: fold.last, db)
            folds.withLock { folds in
                if folds.count >= RunFolds.most { folds.removeAll() }
                if folds[run].map({ $0.last < fold.last }) ?? true { folds[run] = fold }
            }
            return fold.state
        }
    }

    private static func mark(of fact: Int64, _ db: Database) throws -> [Int64] {
        let row = try Row.fetchOne(db, sql: "SELECT source, seq FROM facts WHERE id = ?", arguments: [fact])
        return row.map { [$0[0], $0[1]] } ?? []
    }

    /// The fold of what facts of some kinds tell of a run.
    public func state(of run: String, only kinds: [String]) throws -> RunState {
        try writer.read { db in
            var state = RunState()
            let marks = kinds.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db,
                sql:
                    "SELECT facts.line FROM facts JOIN sources ON sources.id = facts.source WHERE sources.run = ? AND facts.kind IN (\(marks))",
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
