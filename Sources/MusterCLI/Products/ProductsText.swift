import MusterCore

/// The products of a sweep for people and for programs.
struct ProductsText {
    let sweep: SweepProducts
    private var plan: Plan { sweep.plan }
    private var stages: [StageSpec] { plan.input.stages }

    /// Words and order of the statuses in tables.
    private static let columns: [(ProductStatus, String)] = [
        (.cached, "CACHED"), (.onDisk, "ON DISK"), (.stale, "STALE"), (.missing, "MISSING"),
    ]

    /// A line for each product, with how many jobs it is there for.
    var table: String {
        var table = Table(header: ["PRODUCT", "STAGE"] + Self.columns.map(\.1), right: [2, 3, 4, 5])
        for (index, names) in sweep.products.names.enumerated() {
            let counts = sweep.census.counts(of: index, in: plan.jobs)
            for name in names {
                table.rows.append([name, stages[index].name] + Self.columns.map { "\(counts[$0.0] ?? 0)" })
            }
        }
        let points = plan.input.points.count
        return "\(plan.input.sweep) on \(plan.input.cluster): "
            + "\(PlanText.amount(plan.jobs.count, "job")) = \(PlanText.amount(plan.input.scenes.count, "scene")) x "
            + "\(PlanText.amount(points, "point"))\n\(table.text)\n"
            + Foresight.words(sweep.census.work(on: plan.jobs))
    }

    /// A line for each job and stage: who made it, when, from what; or why it does not count.
    var jobs: String {
        var table = Table(header: ["JOB", "PRODUCT", "STATUS", "FINISHED", "MADE BY", "NODE", "FROM"])
        for job in plan.jobs {
            for (index, names) in sweep.products.names.enumerated() {
                let found = sweep.census.finding(of: index, in: job)
                let maker = found.maker
                table.rows.append([
                    job.id, names.joined(separator: ", "), found.status.rawValue.replacing("_", with: " "),
                    maker.map { "\($0.finished)" } ?? "-", maker.map { "\($0.run) \($0.job)" } ?? "-",
                    maker?.node ?? "-", found.reason ?? maker.map(Self.inputs) ?? "-",
                ])
            }
        }
        return table.text
    }

    /// `at=1, mask 0a1b2c3d`: values of the point, and beginnings of the keys of what it was made from.
    private static func inputs(_ maker: StageFinding.Maker) -> String {
        let values = maker.values.map { "\($0.key)=\(Placeholders.text($0.value))" }
        let keys = maker.requires.map { "\($0.key) \($0.value.string?.prefix(8) ?? "")" }
        return values.isEmpty && keys.isEmpty ? "scene" : (values + keys).joined(separator: ", ")
    }

    /// One object with `"schema": 1`.
    func json(jobs: Bool) -> JSON {
        let products: [JSON] = sweep.products.names.enumerated().flatMap { index, names in
            let counts = sweep.census.counts(of: index, in: plan.jobs)
            let amounts = Self.columns.map { JSON.Member($0.0.rawValue, .int(counts[$0.0] ?? 0)) }
            return names.map { name -> JSON in
                let own: [JSON.Member] = [
                    .init("name", .string(name)), .init("stage", .string(stages[index].name)),
                    .init("status", .string(sweep.census.status(of: index).rawValue)),
                ]
                return JSON.object(own + amounts)
            }
        }
        return .object([
            "schema": 1, "sweep": .string(plan.input.sweep), "cluster": .string(plan.input.cluster),
            "output_root": .string(plan.input.outputRoot), "products": .array(products),
            "work": .array(sweep.census.work(on: plan.jobs).map(\.json)),
            "jobs": jobs ? .array(plan.jobs.map(job)) : .int(plan.jobs.count),
        ])
    }

    private func job(_ row: JobRow) -> JSON {
        let keys = StageIdentity(stages).keys(scene: row.scene, point: row.point)
        let found: [JSON.Member] = stages.indices.map { index in
            let finding = sweep.census.finding(of: index, in: row).json.members ?? []
            let own: [JSON.Member] = [
                .init("products", .strings(sweep.products.names[index])), .init("key", .string(keys[index])),
            ]
            return .init(stages[index].name, .object(own + finding))
        }
        return .object([
            "id": .string(row.id), "scene": .string(row.scene.name), "point": .object(row.point.values),
            "output_dir": .string(row.output),
            "published": .bool(sweep.census.rows[row.index]?.isPublished ?? false), "stages": .object(found),
        ])
    }
}
