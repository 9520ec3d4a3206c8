import GRDB
public import MusterCore

/// What a stage used at one moment: a point of its curves.
public struct StageReading: Equatable, Sendable {
    /// The attempt and the stage.
    public var key: AttemptKey, stage: String
    /// When it was read, by the agent's clock.
    public var time: Timestamp
    /// Resident memory of its processes then, and its GPUs' memory in use by it, in bytes.
    public var rss: Int64?, gpu: Int64?
    /// CPU time of its processes so far, in microseconds.
    public var cpu: Int64?
    /// Mean utilisation of its GPUs, in per cent.
    public var utilization: Double?
    /// Steps done, of how many.
    public var done: Double?, total: Double?
}

extension History {
    /// The most readings that are kept of a stage of an attempt.
    public static let mostReadings = 200

    /// How the stages of a job's attempts went, in the order of time. They outlive the attempts' ends.
    public func readings(of run: String, job: Int) throws -> [StageReading] {
        try writer.read { db in
            let sql = "SELECT * FROM readings WHERE run = ? AND job = ? ORDER BY time"
            return try Row.fetchAll(db, sql: sql, arguments: [run, job]).map { row in
                StageReading(
                    key: AttemptKey(
                        job: row["job"], generation: row["generation"], element: row["element"],
                        restart: row["restart"]),
                    stage: row["stage"], time: Timestamp(microseconds: row["time"]), rss: row["rss"], gpu: row["gpu"],
                    cpu: row["cpu_us"], utilization: row["utilization"], done: row["done"], total: row["total"])
            }
        }
    }

    /// Keeps what `samples` tell, spread evenly over the stage's time: one is taken only when a 200th of that time has
    /// passed since the last one, and where 200 are there every second one goes.
    static func keepReadings(_ samples: some Sequence<Event>, _ db: Database) throws {
        let place = "run = ? AND job = ? AND generation = ? AND element = ? AND restart = ? AND stage = ?"
        let known = try db.cachedStatement(
            sql: "SELECT count(*), min(time), max(time) FROM readings WHERE \(place)")
        let insert = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for event in samples {
            guard case .sample(let key, let stage, let reading) = event.body else { continue }
            let arguments: StatementArguments = [
                event.run, key.job, key.generation, key.element, key.restart, stage,
            ]
            guard let row = try Row.fetchOne(known, arguments: arguments) else { continue }
            let (count, now): (Int, Int64) = (row[0], event.time.microseconds)
            if count > 0 {
                let (first, last): (Int64, Int64) = (row[1], row[2])
                guard now > last, now - last >= (last - first) / Int64(mostReadings) else { continue }
            }
            if count >= mostReadings {
                try db.execute(
                    sql: """
                        DELETE FROM readings WHERE \(place) AND time IN (
                            SELECT time FROM (SELECT time, row_number() OVER (ORDER BY time) AS n FROM readings
                                WHERE \(place)) WHERE n % 2 = 0)
                        """, arguments: arguments + arguments)
            }
            let use = GPUUse.sum(reading.gpus)
            try insert.execute(
                arguments: arguments + [
                    now, reading.rss, reading.cpu, use.memory, use.utilization, reading.done, reading.total,
                ])
        }
    }
}

extension GPUUse {
    /// Memory that a stage uses of all its GPUs, and their mean utilisation; nil where none tells.
    fileprivate static func sum(_ gpus: [GPUUse]) -> (memory: Int64?, utilization: Double?) {
        let memory = gpus.compactMap { $0.own ?? $0.used }
        let busy = gpus.compactMap(\.utilization)
        return (
            memory.isEmpty ? nil : memory.reduce(0, +),
            busy.isEmpty ? nil : Double(busy.reduce(0, +)) / Double(busy.count)
        )
    }
}
