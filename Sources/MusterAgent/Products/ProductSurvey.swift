import MusterCore

/// Looks how it stands with the products of a job table, in the places from which a run would take them over.
struct ProductSurvey {
    private let plan: RunPlan
    private let rows: [JobRow]
    private let identity: StageIdentity
    /// Also tell who made products that are there.
    private let tellsMakers: Bool
    private var places: StagePlaces
    /// What stage runs that several rows share will hand on, by row and stage.
    private var shared: [Int: [Int: StageFinding]] = [:]

    init(_ plan: RunPlan, rows: [JobRow], tellsMakers: Bool) {
        self.plan = plan
        self.rows = rows
        self.tellsMakers = tellsMakers
        identity = StageIdentity(plan.stages, moved: plan.moved)
        places = StagePlaces(stages: plan.stages, root: plan.outputRoot)
    }

    /// Hands what is found to `tell`, row by row: stage runs first, since others take from them.
    mutating func look(_ tell: (RowFinding) -> Void) {
        var users: [Int: [JobRow]] = [:]
        for row in rows { for source in row.uses { users[source, default: []].append(row) } }
        // Stage runs stand behind those who use them; among themselves those that use others use more of them.
        let isSource = Set(users.keys)
        let sources = rows.filter { isSource.contains($0.index) }.sorted {
            ($0.uses.count, $0.index) < ($1.uses.count, $1.index)
        }
        let order = sources + rows.filter { !isSource.contains($0.index) }
        for row in order {
            let finding = find(row, users: users[row.index] ?? [])
            if isSource.contains(row.index), let stages = row.stages {
                shared[row.index] = Dictionary(zip(stages, finding.stages)) { first, _ in first }
            }
            tell(finding)
        }
    }

    private mutating func find(_ row: JobRow, users: [JobRow]) -> RowFinding {
        let own = row.stages ?? Array(plan.stages.indices)
        if let record = JobRecord(folder: row.output), record.key == row.key, record.outcome == .succeeded,
            FileList.isWhole(row.output, record: record)
        {
            let findings = own.map { stage in
                StageFinding(.cached, maker: maker(of: StageRecord(stage: name(stage), folder: row.output), row.output))
            }
            return RowFinding(row: row.index, isPublished: true, stages: findings)
        }
        let keys = identity.keys(scene: row.scene, point: row.point)
        var found: [Int: StageFinding] = [:]
        var broken: [Int: StageFinding] = [:]
        let places = places.places(of: row, wanted: own, keys: keys, users: users, isRepeated: false)
        for place in places {
            let waiting = own.filter { found[$0] == nil }
            if waiting.isEmpty { break }
            let stages = FinishedStages(in: place.folder, wanted: waiting, stages: plan.stages, keys: keys)
            for (stage, record) in stages.records {
                found[stage] = StageFinding(
                    place.isPrivate ? .onDisk : .cached, maker: maker(of: record, place.folder))
            }
            for (stage, path) in stages.broken where broken[stage] == nil {
                broken[stage] = StageFinding(.stale, reason: "'\(path)' was changed or is gone in \(place.folder)")
            }
        }
        for source in row.uses {
            for (stage, finding) in shared[source] ?? [:] where found[stage] == nil && finding.isThere {
                found[stage] = finding
            }
        }
        return RowFinding(
            row: row.index, isPublished: false,
            stages: own.map { found[$0] ?? broken[$0] ?? absent($0, key: keys[$0], places) })
    }

    /// A product that is not there as it is wanted: made from something else, or not at all.
    private func absent(_ stage: Int, key: String, _ places: [StagePlaces.Place]) -> StageFinding {
        for place in places {
            guard let record = StageRecord(stage: name(stage), folder: place.folder), record.key != key else {
                continue
            }
            return StageFinding(
                .stale, reason: record.key.isEmpty ? "invalidated" : "made from something else",
                maker: maker(of: record, place.folder))
        }
        return StageFinding(.missing)
    }

    private func name(_ stage: Int) -> String { plan.stages[stage].name }

    private func maker(of record: StageRecord?, _ folder: String) -> StageFinding.Maker? {
        guard tellsMakers, let record else { return nil }
        let origin = record.origin
        let files = record.files.entries.filter { !$0.isFolder }
        return .init(
            folder: folder, run: origin.run, job: origin.job, element: origin.attempt.element, node: origin.node,
            finished: origin.finished, duration: record.duration, values: origin.values, requires: origin.requires,
            files: files.count, bytes: files.reduce(0) { $0 + $1.size })
    }
}
