import GRDB
public import MusterCore

/// What the client knows of a run besides its plan.
public struct RunRegistration: Equatable, Sendable {
    /// The run folder on the cluster.
    public var folder: String
    /// The config's path as the user named it.
    public var configPath: String?
    /// The way home that was chosen: `direct`, `attached`, `detached` or `files`.
    public var way: String?
    /// The folder where results come home.
    public var home: String?
    /// When the run was made.
    public var created: Timestamp
    /// Anything else worth keeping; an object.
    public var details: [JSON.Member]

    /// Makes a registration.
    public init(
        folder: String, configPath: String? = nil, way: String? = nil, home: String? = nil, created: Timestamp,
        details: [JSON.Member] = []
    ) {
        self.folder = folder
        self.configPath = configPath
        self.way = way
        self.home = home
        self.created = created
        self.details = details
    }
}

extension History {
    /// Writes a run and its job table, with the shared stage runs behind the jobs, in one transaction.
    ///
    /// Registering a run again (after `attach`, or to record another way) replaces what was registered and leaves all
    /// that facts told. Facts may come before.
    public func registerRun(_ plan: RunPlan, jobs: [JobRow], _ registration: RunRegistration) throws {
        let details = JSON.object([JSON.Member("plan", plan.json)] + registration.details).line
        try writer.write { db in
            try db.execute(
                sql: """
                    INSERT INTO runs(run, registered, sweep, cluster, folder, config_path, way, home, output_root,
                        fingerprint, created, details)
                    VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET registered = 1, sweep = excluded.sweep, cluster = excluded.cluster,
                        folder = excluded.folder, config_path = excluded.config_path, way = excluded.way,
                        home = excluded.home, output_root = excluded.output_root,
                        fingerprint = excluded.fingerprint, created = excluded.created, details = excluded.details
                    """,
                arguments: [
                    plan.run, plan.sweep, plan.cluster, registration.folder, registration.configPath,
                    registration.way, registration.home, plan.outputRoot, plan.fingerprint,
                    registration.created.microseconds, details,
                ])
            try Self.write(jobs, of: plan.run, db)
            try ProvenanceTables.name(jobsOf: plan.run, db)
            try Self.touch(db)
        }
    }

    private static func write(_ jobs: [JobRow], of run: String, _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO jobs(run, idx, registered, id, scene, scene_path, scene_index, point, point_id, output, key,
                    shared)
                VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET registered = 1, id = excluded.id, scene = excluded.scene,
                    scene_path = excluded.scene_path, scene_index = excluded.scene_index, point = excluded.point,
                    point_id = excluded.point_id, output = excluded.output, key = excluded.key,
                    shared = excluded.shared
                """)
        var sceneIndices: [String: Int] = [:]
        for job in jobs where sceneIndices[job.scene.name] == nil { sceneIndices[job.scene.name] = sceneIndices.count }
        let isSingle = sceneIndices.count < 2
        for job in jobs {
            try insert.execute(arguments: [
                run, job.index, job.id, job.scene.name, job.scene.path,
                isSingle ? nil : sceneIndices[job.scene.name], JSON.object(job.point.values).line, job.point.id,
                job.output, job.key, job.stages != nil,
            ])
        }
    }
}
