import GRDB
import MusterCore

/// What pruning takes away, or took.
public struct PruneTally: Equatable, Sendable {
    /// The runs, full ids.
    public var runs: [String] = []
    /// Their facts, and how many bytes these take.
    public var facts = 0, bytes: Int64 = 0
}

extension History {
    /// What pruning the ended runs among `runs` (full ids) would take away.
    public func prunable(_ runs: [String]) throws -> PruneTally {
        try writer.read { db in
            var tally = PruneTally()
            for run in runs {
                let isDue = "SELECT ended IS NOT NULL AND pruned IS NULL FROM runs WHERE run = ?"
                guard try Bool.fetchOne(db, sql: isDue, arguments: [run]) == true else { continue }
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) AS n, total(length(line)) AS bytes FROM facts JOIN sources ON sources.id = facts.source
                        WHERE sources.run = ?
                        """, arguments: [run])
                tally.runs.append(run)
                tally.facts += row?["n"] ?? 0
                tally.bytes += Int64(row?["bytes"] as Double? ?? 0)
            }
            return tally
        }
    }

    /// Takes away the facts and readings of ended runs; what was made of them stays: the run, its jobs, attempts and
    /// stages. Such a run can't be rebuilt here any more, but from its run folder. Gives the room back to the file system.
    public func prune(_ runs: [String]) throws -> PruneTally {
        let tally = try prunable(runs)
        try writer.write { db in
            for run in tally.runs {
                try db.execute(
                    sql: """
                        DELETE FROM facts WHERE source IN (SELECT id FROM sources WHERE run = :run);
                        DELETE FROM sources WHERE run = :run;
                        DELETE FROM samples WHERE run = :run;
                        DELETE FROM readings WHERE run = :run;
                        UPDATE runs SET pruned = :now WHERE run = :run;
                        """, arguments: ["run": run, "now": Self.now().microseconds])
            }
            try Self.touch(db)
        }
        if !tally.runs.isEmpty { try writer.vacuum() }
        return tally
    }
}
