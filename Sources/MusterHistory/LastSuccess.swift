import GRDB
public import MusterCore

/// A job that succeeded, to compare another one with.
public struct SucceededJob: Equatable, Sendable {
    /// Its run, with what was registered of it.
    public var run: String, details: JSON
    /// The job's id, scene and point.
    public var id: String, scene: Scene, point: Point
    /// Where it ran; nil where its result was there already.
    public var node: String?
    /// The plan of its run.
    public var plan: RunPlan? { details["plan"].flatMap(RunPlan.init(json:)) }
}

extension History {
    /// What worked last of what `job` of `run` is about: the same job in an earlier run of the sweep, else of the latest run
    /// with a job of its scene that succeeded, this one too, the job whose point differs least.
    public func lastSuccess(of job: JobRecord, in run: RunSummary) throws -> (job: SucceededJob, isSame: Bool)? {
        try writer.read { db in
            let time = run.started?.microseconds ?? .max
            let same = "j.id = ?4 AND j.run <> ?2 AND ?5 <> '' AND ?6 >= 0"
            let scene = "j.scene = ?5 AND ?4 <> '' AND NOT (j.run = ?2 AND j.idx = ?6)"
            for (condition, isSame) in [(same, true), (scene, false)] {
                let sql = """
                    SELECT j.*, r.details, (SELECT a.node FROM attempts a WHERE a.run = j.run AND a.job = j.idx
                        AND a.outcome = 'succeeded' LIMIT 1) AS node
                    FROM jobs j JOIN runs r ON r.run = j.run
                    WHERE r.sweep = ?1 AND j.outcome = 'succeeded' AND NOT j.shared
                        AND coalesce(r.created, r.first) <= ?3 AND \(condition)
                    ORDER BY coalesce(r.created, r.first) DESC, j.run DESC, j.idx LIMIT \(Self.mostCompared)
                    """
                let rows = try Row.fetchAll(
                    db, sql: sql, arguments: [run.sweep, run.run, time, job.id, job.scene.name, job.index])
                let nearest = try rows.prefix { ($0["run"] as String) == rows[0]["run"] }.map { row in
                    (row, Self.distance(try Self.point(row), job.point))
                }.min { $0.1 < $1.1 }
                if let (row, _) = nearest { return (try Self.succeeded(row), isSame) }
            }
            return nil
        }
    }

    /// The most jobs of a scene that are compared.
    private static let mostCompared = 500

    private static func point(_ row: Row) throws -> Point {
        Point(id: row["point_id"], values: (try JSON(parsing: row["point"] as String)).members ?? [])
    }

    /// In how many values two points differ.
    private static func distance(_ left: Point, _ right: Point) -> Int {
        right.values.count { !left.values.contains($0) }
    }

    private static func succeeded(_ row: Row) throws -> SucceededJob {
        SucceededJob(
            run: row["run"], details: try JSON(parsing: row["details"] as String), id: row["id"],
            scene: Scene(name: row["scene"], path: row["scene_path"]), point: try point(row), node: row["node"])
    }
}
