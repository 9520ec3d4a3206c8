import GRDB
public import MusterCore

extension History {
    /// How long a job of this sweep took on this cluster: nine of ten of the latest thousand that succeeded took no longer.
    /// Nil where fewer than three are known.
    public func usualDuration(sweep: String, cluster: String) throws -> WallTime? {
        try writer.read { db in
            let durations = try Int64.fetchAll(
                db,
                sql: """
                    SELECT a.duration_us FROM attempts a JOIN runs r ON r.run = a.run
                        JOIN jobs j ON j.run = a.run AND j.idx = a.job
                    WHERE NOT j.shared AND r.sweep = ? AND r.cluster = ? AND a.outcome = 'succeeded' AND a.duration_us > 0
                    ORDER BY a.ended DESC LIMIT 1000
                    """, arguments: [sweep, cluster]
            ).sorted()
            guard durations.count >= 3 else { return nil }
            return WallTime(seconds: max(1, durations[durations.count * 9 / 10] / 1_000_000))
        }
    }
}
