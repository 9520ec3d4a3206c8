import GRDB
import MusterCore

/// Writes facts, each once, and keeps count of the sources' gaps.
struct FactStore {
    let db: Database
    let received: Timestamp

    /// Stores the facts of `events` and returns those that are new.
    func store(_ events: [Event]) throws -> [Event] {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO facts(source, seq, time, received, kind, line) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (source, seq) DO NOTHING
                """)
        var known: [String: Int64] = [:]
        var new: [Event] = []
        for event in events {
            guard let sequence = event.sequence else { continue }
            let source = try known[event.source] ?? number(of: event)
            known[event.source] = source
            try insert.execute(arguments: [
                source, sequence, event.time.microseconds, received.microseconds, event.body.kind, event.json.line,
            ])
            if db.changesCount > 0 { new.append(event) }
        }
        for source in known.values { try advance(source) }
        return new
    }

    private func number(of event: Event) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO sources(source, run) VALUES (?, ?) ON CONFLICT (source) DO NOTHING")
            .execute(arguments: [event.source, event.run])
        let select = try db.cachedStatement(sql: "SELECT id FROM sources WHERE source = ?")
        return try Int64.fetchOne(select, arguments: [event.source]) ?? 0
    }

    private func advance(_ source: Int64) throws {
        let before = try db.cachedStatement(sql: "SELECT contiguous FROM sources WHERE id = ?")
        let start = try Int64.fetchOne(before, arguments: [source]) ?? 0
        let behind = try db.cachedStatement(sql: "SELECT seq FROM facts WHERE source = ? AND seq > ? ORDER BY seq")
        var reached = start
        let sequences = try Int64.fetchCursor(behind, arguments: [source, start])
        while let sequence = try sequences.next(), sequence == reached + 1 { reached = sequence }
        if reached > start {
            try db.cachedStatement(sql: "UPDATE sources SET contiguous = ? WHERE id = ?")
                .execute(arguments: [reached, source])
        }
    }
}
