import GRDB
public import MusterCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension History {
    /// Makes facts and what follows from them durable in one transaction; a fact that is there already is left out.
    ///
    /// Of samples the latest of each stage is kept, and a bounded number of readings: see ``StageReading``.
    public func append(_ events: [Event]) throws {
        guard !events.isEmpty else { return }
        let received = Self.now()
        let left = try writer.write { db in
            let version = try Self.version(db)
            let known = open.withLock { open in
                defer { open = nil }
                return open?.version == version ? open?.parts : nil
            }
            let new = try FactStore(db: db, received: received).store(events)
            var projection = Projection(db: db, parts: known ?? [:])
            for event in new { try projection.apply(event) }
            try projection.write()
            try Self.keepSamples(events, db)
            try Self.touch(db)
            return OpenParts(version: version + 1, parts: projection.left)
        }
        open.withLock { $0 = left }
    }

    /// What an append of this process left, and the number of changes behind it: another one means that somebody else has
    /// written since.
    struct OpenParts: Sendable {
        var version: Int64
        var parts: [String: Projection.Part]
    }

    /// The highest sequence below which no fact of `source` is missing; 0 for an unknown source.
    public func lastSequence(of source: String) throws -> Int64 {
        try writer.read { db in
            try Int64.fetchOne(db, sql: "SELECT contiguous FROM sources WHERE source = ?", arguments: [source]) ?? 0
        }
    }

    /// Empties the projections and folds all facts again, in one transaction.
    ///
    /// Registered plans, samples and the marks of the CSV record stay. Returns how many facts were folded, and how many
    /// of them could not be read (they are kept).
    @discardableResult
    public func rebuild() throws -> (folded: Int, unreadable: Int) {
        try writer.write { db in
            try Projection.empty(db)
            var (folded, unreadable, last) = (0, 0, Int64(0))
            while true {
                let rows = try Row.fetchAll(
                    db, sql: "SELECT id, line FROM facts WHERE id > ? ORDER BY id LIMIT 2000", arguments: [last])
                guard let end = rows.last else { break }
                last = end["id"]
                var projection = Projection(db: db)
                for row in rows {
                    let line: String = row["line"]
                    if let event = try? Event(line: line.utf8) {
                        try projection.apply(event)
                        folded += 1
                    } else {
                        unreadable += 1
                    }
                }
                try projection.write()
            }
            try Self.touch(db)
            return (folded, unreadable)
        }
    }

    private static func keepSamples(_ events: [Event], _ db: Database) throws {
        struct Place: Hashable { var run: String, job: Int, stage: String }
        var latest: [Place: Event] = [:]
        for event in events where event.sequence == nil {
            guard case .sample(let key, let stage, _) = event.body else { continue }
            let place = Place(run: event.run, job: key.job, stage: stage)
            if let old = latest[place], old.time > event.time { continue }
            latest[place] = event
        }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO samples(run, job, stage, generation, element, restart, time, reading)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, job, stage) DO UPDATE SET
                    generation = excluded.generation, element = excluded.element, restart = excluded.restart,
                    time = excluded.time, reading = excluded.reading WHERE excluded.time >= time
                """)
        for event in latest.values {
            guard case .sample(let key, let stage, _) = event.body else { continue }
            try statement.execute(arguments: [
                event.run, key.job, stage, key.generation, key.element, key.restart, event.time.microseconds,
                event.json.line,
            ])
        }
        try keepReadings(latest.values, db)
    }

    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
